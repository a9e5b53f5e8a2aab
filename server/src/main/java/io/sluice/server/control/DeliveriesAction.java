package io.sluice.server.control;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService.Description;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.broker.api.Topic;
import io.sluice.broker.config.DeliveryConfigs;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.http.AdminAction;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows and changes the delivery groups of the partitions that this broker leads. Parameters: {@code do}, one of {@code list},
 * {@code reset}, {@code reopen}; {@code kind}; {@code group}; {@code topic}; {@code partition}; {@code to}, a start as {@link
 * DeliveryConfigs#parseStart} reads it; {@code offsets}, numbers with commas. Groups of Redis have fields of their own, see
 * {@link RedisGroups}.
 *
 * <p>Answers lines of fields with tabs between them, the first with the fields' names; texts are URL-encoded.
 */
public record DeliveriesAction(Broker broker) implements AdminAction {
    /** Where it is offered. */
    public static final String PATH = "/admin/deliveries";

    private static final List<String> FIELDS = List.of(
            "kind",
            "group",
            "topic",
            "partition",
            "position",
            "firstOpenOffset",
            "endOffset",
            "lag",
            "acquired",
            "available",
            "delayed",
            "deadLettering",
            "oldestHeldMs",
            "redeliveries",
            "deadLetters",
            "lockMs",
            "attemptsMax",
            "ordering",
            "pendingMax",
            "deadLetterTopic");

    @Override
    public void run(Map<String, String> parameters, Consumer<String> lines) {
        boolean isOfRedis = DeliveryKind.REDIS.label().equals(parameters.get("kind"));
        switch (parameters.getOrDefault("do", "list")) {
            case "list" -> list(parameters, isOfRedis, lines);
            case "reset" -> reset(parameters, isOfRedis, lines);
            case "reopen" -> reopen(parameters, lines);
            case String other -> throw new RefusedException("nobody knows how to " + other);
        }
    }

    private RedisGroups redis() {
        return new RedisGroups(broker.streams());
    }

    private void list(Map<String, String> parameters, boolean isOfRedis, Consumer<String> lines) {
        if (isOfRedis) {
            redis().list(parameters, lines);
            return;
        }
        lines.accept(String.join("\t", FIELDS));
        found(parameters).forEach(each -> lines.accept(line(each)));
    }

    private List<Description> found(Map<String, String> parameters) {
        Optional<String> wantedTopic = Optional.ofNullable(parameters.get("topic"));
        Optional<Integer> partition = number(parameters, "partition").map(Math::toIntExact);
        return broker.deliveries().list(kind(parameters), Optional.ofNullable(parameters.get("group"))).join().stream()
                .filter(each -> wantedTopic.isEmpty() || wantedTopic.get().equals(topicName(each.group())))
                .filter(each ->
                        partition.isEmpty() || partition.get() == each.group().partition())
                .sorted(Comparator.comparing((Description each) -> each.group().kind())
                        .thenComparing(each -> each.group().name())
                        .thenComparing(each -> topicName(each.group()))
                        .thenComparingInt(each -> each.group().partition()))
                .toList();
    }

    private static Optional<DeliveryKind> kind(Map<String, String> parameters) {
        String label = parameters.get("kind");
        if (label == null) {
            return Optional.empty();
        }
        if (label.equals(DeliveryKind.REDIS.label())) {
            throw new RefusedException("entries of Redis are claimed and deleted by Redis");
        }
        String known = Stream.of(DeliveryKind.values()).map(DeliveryKind::label).collect(Collectors.joining(", "));
        return Optional.of(DeliveryKind.find(label)
                .orElseThrow(() -> new RefusedException("kind must be one of " + known + ", not " + label)));
    }

    private static Optional<Long> number(Map<String, String> parameters, String name) {
        String text = parameters.get(name);
        if (text == null) {
            return Optional.empty();
        }
        if (!text.matches("\\d{1,9}")) {
            throw new RefusedException(name + " must be a number, not " + text);
        }
        return Optional.of(Long.parseLong(text));
    }

    private String topicName(DeliveryGroup group) {
        return broker.topics().find(group.topicId()).map(Topic::name).orElse("");
    }

    private String line(Description each) {
        DeliveryGroup group = each.group();
        Optional<Topic> topic = broker.topics().find(group.topicId());
        Optional<DeliveryOptions> options = topic.flatMap(known -> {
            Result<DeliveryOptions> result = broker.deliveries().options(group.kind(), group.name(), known);
            return result.isOk() ? Optional.of(result.get()) : Optional.empty();
        });
        return Stream.of(
                        group.kind().label(),
                        encoded(group.name()),
                        encoded(topicName(group)),
                        group.partition(),
                        each.position(),
                        each.firstOpenOffset(),
                        each.endOffset(),
                        each.lag(),
                        each.acquired(),
                        each.available(),
                        each.delayed(),
                        each.deadLettering(),
                        each.oldestHeldMs(),
                        each.redeliveries(),
                        each.deadLetters(),
                        options.map(DeliveryOptions::lockMs).orElse(0L),
                        options.map(DeliveryOptions::attemptsMax).orElse(0),
                        options.map(known -> known.ordering().name().toLowerCase(Locale.ROOT))
                                .orElse(""),
                        options.map(DeliveryOptions::pendingMax).orElse(0),
                        options.flatMap(known -> deadLetterTopic(known, group)).orElse(""))
                .map(String::valueOf)
                .collect(Collectors.joining("\t"));
    }

    private Optional<String> deadLetterTopic(DeliveryOptions options, DeliveryGroup group) {
        if (!options.deadLetters().isOn()) {
            return Optional.empty();
        }
        String named = options.deadLetters().topic();
        return Optional.of(encoded(named.isEmpty() ? topicName(group) + DeliveryConfigs.DEAD_LETTER_SUFFIX : named));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void reset(Map<String, String> parameters, boolean isOfRedis, Consumer<String> lines) {
        DeliveryStart start = DeliveryConfigs.parseStart(parameters.getOrDefault("to", ""))
                .orElseThrow(() -> new RefusedException(
                        "'to' must be earliest, latest, offset:n, time:epoch-ms, ago:ms or last:n"));
        if (isOfRedis) {
            redis().reset(parameters, start, lines);
            return;
        }
        List<Description> groups = named(parameters);
        for (Description each : groups) {
            Optional<String> obstacle = whyNotReset(each);
            if (obstacle.isPresent()) {
                throw new RefusedException(obstacle.get());
            }
        }
        lines.accept("topic\tpartition\tposition\tnewPosition\tendOffset");
        for (Description each : groups) {
            Result<Long> position =
                    broker.deliveries().reset(each.group(), start).join();
            if (!position.isOk()) {
                throw new RefusedException("partition " + each.group().partition() + " of " + topicName(each.group())
                        + ": " + position.error().text());
            }
            lines.accept(encoded(topicName(each.group())) + "\t" + each.group().partition() + "\t" + each.position()
                    + "\t" + position.get() + "\t" + each.endOffset());
        }
    }

    private List<Description> named(Map<String, String> parameters) {
        if (!parameters.containsKey("kind") || !parameters.containsKey("group")) {
            throw new RefusedException("'kind' and 'group' must say which group");
        }
        List<Description> groups = found(parameters);
        if (groups.isEmpty()) {
            throw new RefusedException("no such group of this kind in any partition that this broker leads");
        }
        return groups;
    }

    private Optional<String> whyNotReset(Description each) {
        DeliveryGroup group = each.group();
        return switch (group.kind()) {
            case REDIS -> Optional.of("groups of Redis are set by id: XGROUP SETID does it");
            case SHARE -> {
                Result<ShareGroupDescription> share =
                        broker.groups().describeShareGroup(group.name()).join();
                yield switch (share.error()) {
                    case NONE ->
                        share.get().state() == ShareGroupDescription.State.EMPTY
                                ? Optional.empty()
                                : Optional.of("the group has members; stop them first");
                    case GROUP_ID_NOT_FOUND -> Optional.empty();
                    default ->
                        Optional.of("whether it has members node "
                                + broker.cluster().coordinator(group.name()) + " knows: ask that one");
                };
            }
            case JETSTREAM, MEMPHIS, MQTT ->
                each.acquired() == 0
                        ? Optional.empty()
                        : Optional.of("members hold " + each.acquired() + " records; stop them first");
        };
    }

    /** Delivers records again, to this group alone. */
    private void reopen(Map<String, String> parameters, Consumer<String> lines) {
        List<Description> groups = named(parameters);
        if (groups.size() > 1) {
            throw new RefusedException("'topic' and 'partition' must say where");
        }
        DeliveryGroup group = groups.getFirst().group();
        lines.accept("offset\toutcome");
        for (long offset : offsets(parameters.getOrDefault("offsets", ""))) {
            ErrorCode outcome = broker.deliveries().reopen(group, offset).join();
            lines.accept(offset + "\t" + outcome.name());
        }
    }

    private static List<Long> offsets(String text) {
        List<Long> offsets = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            if (!each.matches("\\d{1,18}")) {
                throw new RefusedException("'offsets' must be numbers with commas between them, not " + text);
            }
            offsets.add(Long.parseLong(each));
        }
        return offsets;
    }
}
