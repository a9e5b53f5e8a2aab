package io.sluice.testkit.redis;

import java.util.List;
import java.util.Optional;

/** Every way in which our replies, which are those of newer versions, may differ from those of redis-server 7.0.15. */
public final class VersionDifferences {
    private static final List<VersionDifference> ALL = List.of(
            new VersionDifference(
                    "XREAD tells of an unbalanced list in other words",
                    "1.3",
                    false,
                    exchange -> exchange.ourText().startsWith("-ERR Unbalanced 'xread'")
                            && exchange.theirText().startsWith("-ERR Unbalanced XREAD")),
            new VersionDifference(
                    "XREAD knows + as the last entry since 7.4",
                    "1.2",
                    false,
                    exchange -> exchange.is("XREAD")
                            && exchange.command().contains("+")
                            && exchange.theirText().startsWith("-ERR Invalid stream ID")),
            new VersionDifference(
                    "XSETID does not go below the largest deleted id since 7.2",
                    "1.3",
                    true,
                    exchange -> exchange.ourText()
                            .contains("The ID specified in XSETID is smaller than current max_deleted_entry_id")),
            new VersionDifference(
                    "XREADGROUP tells of an unbalanced list in other words",
                    "1.3",
                    false,
                    exchange -> exchange.ourText().startsWith("-ERR Unbalanced 'xreadgroup'")
                            && exchange.theirText().startsWith("-ERR Unbalanced XREAD")),
            new VersionDifference(
                    "XREADGROUP knows since 7.4 that + is meaningless to it",
                    "1.3",
                    false,
                    exchange -> exchange.ourText().startsWith("-ERR The + ID is meaningless")
                            && exchange.theirText().startsWith("-ERR Invalid stream ID")),
            new VersionDifference(
                    "a consumer that asks in vain is known since 7.2",
                    "1.4",
                    false,
                    exchange -> exchange.is("XGROUP")
                            && exchange.command().contains("CREATECONSUMER")
                            && exchange.ours().equals(":0")
                            && exchange.theirs().equals(":1")),
            new VersionDifference(
                    "consumers without entries, and how lag and entries-read are counted, changed with 7.2 and 8.0",
                    "1.4",
                    false,
                    exchange -> exchange.is("XINFO")
                            && GroupMasks.old(exchange.ours()).equals(GroupMasks.old(exchange.theirs()))));

    private VersionDifferences() {}

    /** All of them. */
    public static List<VersionDifference> all() {
        return ALL;
    }

    /** What explains two different replies, if anything does. */
    static Optional<VersionDifference> of(Exchange exchange) {
        return ALL.stream().filter(each -> each.covers().test(exchange)).findFirst();
    }
}
