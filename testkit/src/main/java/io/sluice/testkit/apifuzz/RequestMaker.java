package io.sluice.testkit.apifuzz;

import io.sluice.testkit.apifuzz.FuzzRequest.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.types.Schema;

/** Makes whole requests. Owner: one thread. */
final class RequestMaker {
    private static final int LENGTH_BYTES = 4;
    /** A request has some ten places for a lie. */
    private static final int LIE_ONE_IN = 12;

    private static final List<String> ODD_CLIENTS =
            List.of("", "client-a", "\u65e5", "a b\n%s", "c".repeat(Short.MAX_VALUE), "/../");

    private final SplittableRandom random;
    private final Learned learned;
    private final List<String> clients;
    private int nextCorrelationId = 1;

    private RequestMaker(SplittableRandom random, Learned learned, List<String> clients) {
        this.random = random;
        this.learned = learned;
        this.clients = clients;
    }

    /** Of one client that no quota slows down. */
    RequestMaker(SplittableRandom random, Learned learned) {
        this(random, learned, List.of(FuzzNames.CLIENT_ID));
    }

    /** Now and then of clients with odd names, whose quotas may make a connection rest. */
    static RequestMaker ofManyClients(SplittableRandom random, Learned learned) {
        return new RequestMaker(random, learned, ODD_CLIENTS);
    }

    FuzzRequest wellFormed(ApiMessageType api, short version) {
        FieldValues values = new FieldValues(api, random, learned, true);
        boolean isOddClient = random.nextInt(20) == 0;
        String client = isOddClient ? clients.get(random.nextInt(clients.size())) : FuzzNames.CLIENT_ID;
        values.drawn().put(FuzzRequest.CLIENT, client);
        ByteSink target = header(api, version, client, true);
        new MessageWriter(values, Lies.none()).write(schema(api, version), "", target);
        return finished(api, version, Kind.WELL_FORMED, target, values.drawn());
    }

    FuzzRequest malformed(ApiMessageType api, short version) {
        FieldValues values = new FieldValues(api, random, learned, false);
        Lies lies = Lies.oneIn(LIE_ONE_IN, random);
        ByteSink target = header(api, version, FuzzNames.CLIENT_ID, false);
        int headerEnd = target.size();
        new MessageWriter(values, lies).write(schema(api, version), "", target);
        if (lies.told() == 0) {
            spoil(target, headerEnd);
        }
        return finished(api, version, Kind.MALFORMED, target, values.drawn());
    }

    /** A request that is not announced, or not in this version: there is no form that it could have. */
    FuzzRequest unannounced(ApiMessageType api, short version) {
        byte[] body = new byte[random.nextInt(100)];
        random.nextBytes(body);
        ByteSink target = header(api, version, FuzzNames.CLIENT_ID, false).bytes(body);
        return finished(api, version, Kind.MALFORMED, target, Map.of());
    }

    /** ApiVersions 0, which every broker answers at once. */
    FuzzRequest probe() {
        short version = 0;
        ByteSink target = plainHeader(ApiMessageType.API_VERSIONS, version, FuzzNames.CLIENT_ID);
        return finished(ApiMessageType.API_VERSIONS, version, Kind.WELL_FORMED, target, Map.of());
    }

    /** Chooses a mechanism that there is. */
    FuzzRequest handshake(short version, String mechanism) {
        byte[] name = mechanism.getBytes(StandardCharsets.UTF_8);
        ByteSink target = plainHeader(ApiMessageType.SASL_HANDSHAKE, version, FuzzNames.CLIENT_ID)
                .int16(name.length)
                .bytes(name);
        return finished(ApiMessageType.SASL_HANDSHAKE, version, Kind.WELL_FORMED, target, Map.of());
    }

    private void spoil(ByteSink target, int headerEnd) {
        int bodyBytes = target.size() - headerEnd;
        if (bodyBytes > 0 && random.nextBoolean()) {
            target.cutTo(headerEnd + random.nextInt(bodyBytes));
        } else {
            byte[] more = new byte[1 + random.nextInt(20)];
            random.nextBytes(more);
            target.bytes(more);
        }
    }

    private ByteSink header(ApiMessageType api, short version, String client, boolean isWellFormed) {
        ByteSink target = plainHeader(api, version, client);
        if (headerVersion(api, version) >= 2) {
            writeTags(target, isWellFormed);
        }
        return target;
    }

    private static ByteSink plainHeader(ApiMessageType api, short version, String client) {
        byte[] name = client.getBytes(StandardCharsets.UTF_8);
        return new ByteSink()
                .int32(0)
                .int16(api.apiKey())
                .int16(version)
                .int32(0)
                .int16(name.length)
                .bytes(name);
    }

    private void writeTags(ByteSink target, boolean isWellFormed) {
        int die = random.nextInt(20);
        if (die == 0) {
            target.unsignedVarint(1).unsignedVarint(77).unsignedVarint(3).bytes(new byte[3]);
        } else if (die == 1 && !isWellFormed) {
            target.unsignedVarint(1).unsignedVarint(77).unsignedVarint(Integer.MAX_VALUE);
        } else {
            target.unsignedVarint(0);
        }
    }

    private static short headerVersion(ApiMessageType api, short version) {
        boolean isKnown = version >= 0 && version <= api.highestSupportedVersion(true);
        return isKnown ? api.requestHeaderVersion(version) : 2;
    }

    private static Schema schema(ApiMessageType api, short version) {
        return api.requestSchemas()[version];
    }

    private FuzzRequest finished(
            ApiMessageType api, short version, Kind kind, ByteSink target, Map<String, Object> drawn) {
        byte[] frame = target.toBytes();
        int correlationId = nextCorrelationId++;
        ByteBuffer.wrap(frame).putInt(0, frame.length - LENGTH_BYTES).putInt(8, correlationId);
        return new FuzzRequest(api, version, kind, correlationId, frame, drawn);
    }
}
