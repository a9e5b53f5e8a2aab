package io.sluice.cli.access;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.resource.ResourceType;
import picocli.CommandLine.Option;

/** What a rule is about, as options. */
final class AclWhat {

    /** The name of the one resource of type cluster. */
    static final String CLUSTER_NAME = "kafka-cluster";

    /**
     * A kind of resource and a name.
     *
     * @param type the kind
     * @param name its name, a part of one, or {@code *}
     */
    record Named(ResourceType type, String name) {}

    @Option(
            names = {"-t", "--topic"},
            split = ",",
            hideParamSyntax = true,
            paramLabel = "TOPIC,…",
            description = "This topic, '*' for all. Repeatable.")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = {"-g", "--group"},
            split = ",",
            hideParamSyntax = true,
            paramLabel = "GROUP,…",
            description = "This consumer group, '*' for all. Repeatable.")
    private List<String> groups = new ArrayList<>();

    @Option(
            names = "--transactional-id",
            split = ",",
            hideParamSyntax = true,
            paramLabel = "ID,…",
            description = "This transactional id. Repeatable.")
    private List<String> transactionalIds = new ArrayList<>();

    @Option(names = "--cluster", description = "The cluster itself: its topics as a whole, rules, quotas.")
    private boolean cluster;

    @Option(names = "--prefix", description = "Every name that begins so.")
    private boolean isPrefix;

    /** The resources that were named; empty when none was. */
    List<Named> named() {
        List<Named> all = new ArrayList<>();
        topics.forEach(name -> all.add(new Named(ResourceType.TOPIC, name)));
        groups.forEach(name -> all.add(new Named(ResourceType.GROUP, name)));
        transactionalIds.forEach(name -> all.add(new Named(ResourceType.TRANSACTIONAL_ID, name)));
        if (cluster) {
            all.add(new Named(ResourceType.CLUSTER, CLUSTER_NAME));
        }
        return all;
    }

    boolean isPrefix() {
        return isPrefix;
    }

    /** Why {@code --prefix} does not fit to the rest; empty when it does. */
    String contradiction() {
        if (!isPrefix) {
            return "";
        }
        if (named().isEmpty()) {
            return "--prefix needs a name to begin with: --topic, --group or --transactional-id";
        }
        if (cluster) {
            return "--prefix and --cluster exclude each other: there is one cluster";
        }
        return named().stream().anyMatch(resource -> resource.name().equals("*"))
                ? "--prefix and '*' exclude each other: '*' means all names"
                : "";
    }
}
