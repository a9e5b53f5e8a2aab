package io.sluice.testkit.apifuzz;

import io.sluice.testkit.apifuzz.FuzzConnection.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.types.Struct;

/** What the broker says it answers. Immutable. */
record AnnouncedApis(List<Form> forms) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int VERSION_LIMIT = 30;

    /** One request in one version. */
    record Form(ApiMessageType api, short version) {}

    /** Asks the broker at HOST:PORT. */
    static AnnouncedApis of(String address) {
        FuzzRequest question = new RequestMaker(new SplittableRandom(0), new Learned()).probe();
        try (FuzzConnection connection = FuzzConnection.open(address)) {
            connection.send(question.frame());
            if (connection.receive(PATIENCE) instanceof Reply.Answer answer) {
                return new AnnouncedApis(forms(answer.bytes()));
            }
        }
        throw new IllegalStateException("the broker does not say what it answers");
    }

    private static List<Form> forms(ByteBuffer answer) {
        List<Form> forms = new ArrayList<>();
        for (Object each : AnswerCheck.parse(ApiMessageType.API_VERSIONS, (short) 0, answer)
                .getArray("api_keys")) {
            Struct range = (Struct) each;
            ApiMessageType api = ApiMessageType.fromApiKey(range.getShort("api_key"));
            for (short version = range.getShort("min_version"); version <= range.getShort("max_version"); version++) {
                // Announced for old librdkafka only, and without a form in Kafka itself: Produce 0 to 2, KAFKA-18659.
                if (api.requestSchemas()[version] != null) {
                    forms.add(new Form(api, version));
                }
            }
        }
        return List.copyOf(forms);
    }

    /** All of them in the order that {@code random} decides. */
    List<Form> shuffled(SplittableRandom random) {
        List<Form> shuffled = new ArrayList<>(forms);
        Collections.shuffle(shuffled, Random.from(random));
        return shuffled;
    }

    /** Something that the broker does not say it answers. */
    Form other(SplittableRandom random) {
        ApiMessageType[] all = ApiMessageType.values();
        while (true) {
            Form form = new Form(all[random.nextInt(all.length)], (short) (random.nextInt(VERSION_LIMIT) - 1));
            boolean isProduce = form.api() == ApiMessageType.PRODUCE;
            if (!isProduce && !forms.contains(form)) {
                return form;
            }
        }
    }
}
