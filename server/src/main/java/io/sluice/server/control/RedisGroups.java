package io.sluice.server.control;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupAnswer.GroupSeen;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.PendingEntry;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.protocol.http.AdminAction.RefusedException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Groups of Redis, as {@link DeliveriesAction} shows and sets groups. They have ids in the place of offsets and keys in the
 * place of topics; no lock ends and nothing is given up, so there are no options. Waits for answers: on a thread that may.
 */
record RedisGroups(StreamService streams) {
    private static final int KEYS_OF_LOOK = 1_000;
    private static final String NO_OFFSETS =
            "entries of Redis have ids; --to-earliest, --to-latest or --to-time, or XGROUP SETID for any id";
    private static final List<String> FIELDS = List.of(
            "kind",
            "group",
            "database",
            "key",
            "lastId",
            "streamLastId",
            "lag",
            "pending",
            "consumers",
            "oldestHeldMs",
            "redeliveries");

    /** A group of a stream. */
    private record Found(StreamKey key, EntryId streamLastId, GroupSeen seen) {}

    /** What members have: how long the one that is held longest, −1 if none is, and deliveries beyond the first. */
    private record Pending(long oldestHeldMs, long redeliveries) {}

    /** A line for each group in each stream. */
    void list(Map<String, String> parameters, Consumer<String> lines) {
        lines.accept(String.join("\t", FIELDS));
        found(parameters).forEach(each -> lines.accept(line(each)));
    }

    private List<Found> found(Map<String, String> parameters) {
        StreamService.Leader leader = streams.leader();
        if (!leader.isHere()) {
            throw new RefusedException(
                    "streams are led by node " + leader.nodeId() + "; ask there, with the --data of that node");
        }
        Optional<String> group = Optional.ofNullable(parameters.get("group"));
        Optional<String> key = Optional.ofNullable(parameters.get("topic"));
        List<Found> found = new ArrayList<>();
        for (int database = 0; database < StreamKey.DATABASES; database++) {
            visitKeys(database, each -> {
                if (key.isEmpty() || key.get().equals(nameOf(each))) {
                    groupsOf(each).stream()
                            .filter(one -> group.isEmpty()
                                    || group.get().equals(text(one.seen().name())))
                            .forEach(found::add);
                }
            });
        }
        return found;
    }

    private void visitKeys(int database, Consumer<StreamKey> visitor) {
        StreamService.KeyPage page = streams.keys(database, 0, KEYS_OF_LOOK);
        page.keys().forEach(visitor);
        while (!page.isLast()) {
            page = streams.keys(database, page.nextOrder(), KEYS_OF_LOOK);
            page.keys().forEach(visitor);
        }
    }

    private List<Found> groupsOf(StreamKey key) {
        boolean mayHaveGroups = streams.find(key, Operation.DESCRIBE) instanceof StreamService.Found.Stream stream
                && stream.view().groupCount() > 0;
        return mayHaveGroups && ask(new GroupCommand.DescribeGroups(key, 0)) instanceof GroupAnswer.Groups groups
                ? groups.groups().stream()
                        .map(seen -> new Found(key, groups.view().lastId(), seen))
                        .toList()
                : List.of();
    }

    private StreamAnswer ask(StreamCommand command) {
        CompletableFuture<List<StreamAnswer>> answers = new CompletableFuture<>();
        streams.execute(List.of(command), false, Runnable::run, answers::complete);
        return answers.join().getFirst();
    }

    private String line(Found each) {
        GroupSeen seen = each.seen();
        Pending pending = seen.pendingCount() == 0 ? new Pending(-1, 0) : pending(each);
        return Stream.of(
                        DeliveryKind.REDIS.label(),
                        encoded(text(seen.name())),
                        each.key().database(),
                        encoded(nameOf(each.key())),
                        seen.lastId(),
                        each.streamLastId(),
                        seen.lag() == GroupAnswer.UNKNOWN_LAG ? "" : seen.lag(),
                        seen.pendingCount(),
                        seen.consumers().size(),
                        pending.oldestHeldMs(),
                        pending.redeliveries())
                .map(String::valueOf)
                .collect(Collectors.joining("\t"));
    }

    /** Page by page: whoever reads the stream waits for one at most. */
    private Pending pending(Found each) {
        long oldestMs = Long.MAX_VALUE;
        long redeliveries = 0;
        EntryId from = EntryId.ZERO;
        boolean goesOn = true;
        while (goesOn) {
            GroupCommand.ListPending page = new GroupCommand.ListPending(
                    each.key(), each.seen().name(), 0, from, EntryId.MAX, GroupCommand.ENTRIES_MAX, Optional.empty());
            List<PendingEntry> entries = ask(page) instanceof GroupAnswer.PendingList list ? list.entries() : List.of();
            for (PendingEntry entry : entries) {
                oldestMs = entry.isGivenBack() ? oldestMs : Math.min(oldestMs, entry.timeMs());
                redeliveries += entry.deliveries() == Long.MAX_VALUE ? 0 : Math.max(0, entry.deliveries() - 1);
            }
            goesOn = entries.size() == GroupCommand.ENTRIES_MAX;
            from = goesOn ? entries.getLast().id().next() : from;
        }
        return new Pending(oldestMs == Long.MAX_VALUE ? -1 : Math.max(0, streams.wallMs() - oldestMs), redeliveries);
    }

    /** Lets groups go on behind other ids; what they have pending stays so. */
    void reset(Map<String, String> parameters, DeliveryStart start, Consumer<String> lines) {
        if (!parameters.containsKey("group")) {
            throw new RefusedException("'group' must say which group");
        }
        Optional<EntryId> after = after(start);
        List<Found> groups = found(parameters);
        if (groups.isEmpty()) {
            throw new RefusedException("no stream has such a group");
        }
        lines.accept("database\tkey\tlastId\tnewLastId");
        for (Found each : groups) {
            long entriesRead = after.filter(EntryId.ZERO::equals).isPresent() ? 0 : GroupCommand.UNKNOWN;
            StreamAnswer answer =
                    ask(new GroupCommand.SetPosition(each.key(), each.seen().name(), after, entriesRead));
            if (!(answer instanceof StreamAnswer.Done)) {
                throw new RefusedException("key " + nameOf(each.key()) + ": " + answer);
            }
            lines.accept(each.key().database() + "\t" + encoded(nameOf(each.key())) + "\t"
                    + each.seen().lastId() + "\t" + after.orElse(each.streamLastId()));
        }
    }

    /** The id behind which a group begins at the start; empty for behind the last one. */
    private static Optional<EntryId> after(DeliveryStart start) {
        return switch (start) {
            case DeliveryStart.Earliest earliest -> Optional.of(EntryId.ZERO);
            case DeliveryStart.Latest latest -> Optional.empty();
            case DeliveryStart.Time time ->
                Optional.of(time.timestampMs() <= 0 ? EntryId.ZERO : new EntryId(time.timestampMs(), 0).previous());
            case DeliveryStart.Offset offset -> throw new RefusedException(NO_OFFSETS);
            case DeliveryStart.Ago ago -> throw new RefusedException(NO_OFFSETS);
            case DeliveryStart.Last last -> throw new RefusedException(NO_OFFSETS);
        };
    }

    private static String nameOf(StreamKey key) {
        return new String(key.name(), StandardCharsets.UTF_8);
    }

    /** Names are bytes, a character each; people read UTF-8. */
    private static String text(String name) {
        return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
