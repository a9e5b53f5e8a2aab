package io.sluice.testkit.redis;

import io.sluice.testkit.RespConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The commands of one seed, on two empty servers. Owner: one thread. */
final class ComparedSequence {
    private static final int SPOILED_ONE_IN = 12;

    private final RespConnection ours;
    private final RespConnection theirs;
    private final long seed;
    private final Choices choices;
    private final ChosenIds ourIds = new ChosenIds();
    private final ChosenIds theirIds = new ChosenIds();
    private final List<CommandFamily> families;
    private final List<String> history = new ArrayList<>();
    private final Map<String, Integer> differences = new TreeMap<>();
    private final List<List<String>> queued = new ArrayList<>();
    private boolean isDiverged;
    private boolean areBlocksAlike = true;

    ComparedSequence(RespConnection ours, RespConnection theirs, long seed) {
        this.ours = ours;
        this.theirs = theirs;
        this.seed = seed;
        choices = new Choices(seed);
        CommandFamily streams = new StreamFamily();
        CommandFamily groups = new GroupFamily();
        families = List.of(streams, streams, groups, groups, new KeyFamily(streams), new KeyFamily(groups));
    }

    /** How many commands were compared. */
    long commands() {
        return history.size();
    }

    /** Known differences that were met. */
    Map<String, Integer> differences() {
        return differences;
    }

    /** What differs without an explanation, if anything does. */
    Optional<String> play(int commandCount) {
        for (RespConnection each : List.of(ours, theirs)) {
            each.call("RESET");
            each.call("FLUSHALL");
        }
        Optional<String> complaint = Optional.empty();
        while (complaint.isEmpty() && !isDiverged && history.size() < commandCount) {
            complaint = nextCommands();
        }
        return complaint.isPresent() || isDiverged ? complaint : compareAll();
    }

    private Optional<String> nextCommands() {
        choices.chosenIds(ourIds.count());
        for (List<String> made : families.get(choices.upTo(families.size())).make(choices)) {
            List<String> command = choices.chance(SPOILED_ONE_IN) ? Garbler.spoiled(made, choices) : made;
            if (!areBlocksAlike && command.contains("~")) {
                continue;
            }
            Optional<String> complaint = compare(command);
            if (complaint.isPresent() || isDiverged) {
                return complaint;
            }
        }
        return Optional.empty();
    }

    private Optional<String> compareAll() {
        List<List<String>> questions = new ArrayList<>(List.of(List.of("DISCARD"), List.of("KEYS", "*")));
        for (String key : Choices.KEYS) {
            questions.add(List.of("XRANGE", key, "-", "+"));
            questions.add(List.of("XREVRANGE", key, "+", "-"));
            questions.add(List.of("XINFO", "STREAM", key, "FULL", "COUNT", "0"));
            questions.add(List.of("PEXPIRETIME", key));
            questions.add(List.of("XINFO", "GROUPS", key));
            for (String group : List.of("g", "h")) {
                questions.add(List.of("XPENDING", key, group));
                questions.add(List.of("XPENDING", key, group, "-", "+", "1000"));
            }
        }
        for (List<String> question : questions) {
            Optional<String> complaint = compare(question);
            if (complaint.isPresent()) {
                return complaint;
            }
        }
        return Optional.empty();
    }

    private Optional<String> compare(List<String> command) {
        Object our = ours.call(ourIds.named(command));
        Object their = theirs.call(theirIds.named(command));
        history.add(String.join(" ", command));
        learn(command, our, their);
        boolean areResults = name(command).equals("EXEC")
                && our instanceof List<?> ourResults
                && their instanceof List<?> theirResults
                && ourResults.size() == queued.size()
                && theirResults.size() == queued.size();
        Optional<String> complaint =
                areResults ? compareResults((List<?>) our, (List<?>) their) : compare(command, our, their);
        watchBlocks(command, our);
        queue(command, our);
        return complaint;
    }

    private Optional<String> compareResults(List<?> our, List<?> their) {
        for (int i = 0; i < queued.size(); i++) {
            Optional<String> complaint = compare(queued.get(i), our.get(i), their.get(i));
            if (complaint.isPresent()) {
                return complaint;
            }
        }
        return Optional.empty();
    }

    private Optional<String> compare(List<String> command, Object our, Object their) {
        Exchange exchange = new Exchange(
                command,
                Masks.mask(command, ChosenIds.masked(our), areBlocksAlike),
                Masks.mask(command, ChosenIds.masked(their), areBlocksAlike));
        if (exchange.ours().equals(exchange.theirs())) {
            return Optional.empty();
        }
        Optional<VersionDifference> known = VersionDifferences.of(exchange);
        if (known.isEmpty()) {
            return Optional.of(complaint(exchange));
        }
        differences.merge(known.get().name(), 1, Integer::sum);
        isDiverged |= known.get().isDiverging();
        return Optional.empty();
    }

    /**
     * Redis begins a block anew where all entries of the last one are gone, we go on by count: which entries a rough trim takes
     * may differ from then on.
     */
    private void watchBlocks(List<String> command, Object our) {
        boolean isWithin = our.equals("+QUEUED");
        boolean takes = takes(command)
                || (name(command).equals("EXEC") && queued.stream().anyMatch(ComparedSequence::takes));
        if (!areBlocksAlike || isWithin || !takes) {
            return;
        }
        boolean isOneByOne = !name(command).equals("XTRIM") && !name(command).equals("XADD");
        areBlocksAlike =
                !(isOneByOne && !our.equals(":0")) && Choices.KEYS.stream().noneMatch(this::isEmptied);
    }

    private static boolean takes(List<String> command) {
        return List.of("XDEL", "XTRIM").contains(name(command))
                || (name(command).equals("XADD") && (command.contains("MAXLEN") || command.contains("MINID")));
    }

    private boolean isEmptied(String key) {
        return ours.call("XLEN", key).equals(":0") && ours.call("EXISTS", key).equals(":1");
    }

    /** What the transaction that is open will answer about. */
    private void queue(List<String> command, Object our) {
        if (our.equals("+QUEUED")) {
            queued.add(command);
        } else if (List.of("EXEC", "DISCARD", "MULTI").contains(name(command))) {
            queued.clear();
        }
    }

    private static String name(List<String> command) {
        return command.getFirst().toUpperCase(Locale.ROOT);
    }

    /** Ids that the servers chose get a name. */
    private void learn(List<String> command, Object our, Object their) {
        String name = name(command);
        if (name.equals("EXEC") || (name.equals("XADD") && command.contains("*"))) {
            learnAll(our, their);
        }
    }

    private void learnAll(Object our, Object their) {
        if (our instanceof List<?> ourList && their instanceof List<?> theirList) {
            for (int i = 0; i < Math.min(ourList.size(), theirList.size()); i++) {
                learnAll(ourList.get(i), theirList.get(i));
            }
        } else if (ChosenIds.isOfClock(our) && ChosenIds.isOfClock(their)) {
            boolean isNewToUs = ourIds.add(our.toString());
            boolean isNewToThem = theirIds.add(their.toString());
            isDiverged |= !isNewToUs || !isNewToThem;
        }
    }

    private String complaint(Exchange exchange) {
        StringBuilder text = new StringBuilder("seed " + seed + " after " + history.size() + " commands:\n");
        history.forEach(line -> text.append("  ").append(shown(line)).append('\n'));
        text.append("about:  ")
                .append(shown(String.join(" ", exchange.command())))
                .append('\n');
        text.append("ours:   ").append(shown(exchange.ourText()));
        text.append("\ntheirs: ").append(shown(exchange.theirText()));
        return text.toString();
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().forEach(each -> shown.append(each >= ' ' && each < 127 ? (char) each : '?'));
        return shown.toString();
    }
}
