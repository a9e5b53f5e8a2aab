package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Decides for one caller. What it found about topics is kept until the rules change, since a producer asks about the same
 * few with every request; a look-up then costs a map access. Any thread.
 */
final class Guard implements Access {
    private static final int KEPT_TOPICS_MAX = 1_000;

    /** No topic has a longer name; what clients make up must not fill the memory. */
    private static final int KEPT_NAME_CHARS_MAX = 249;

    private final Caller caller;
    private final Supplier<AccessRules> rules;
    private final AuditTrail trail;
    private volatile Kept kept;

    /** {@code rules} gives those in force. */
    Guard(Caller caller, Supplier<AccessRules> rules, AuditTrail trail) {
        this.caller = caller;
        this.rules = rules;
        this.trail = trail;
        kept = new Kept(rules.get(), new ConcurrentHashMap<>(1));
    }

    /** Decisions of one version of the rules. */
    private record Kept(AccessRules rules, ConcurrentHashMap<String, Integer> topicBits) {}

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public boolean may(Operation operation, ResourceType type, String name) {
        boolean isAllowed = sees(operation, type, name);
        if (!isAllowed) {
            trail.denied(operation, type, name);
        }
        return isAllowed;
    }

    @Override
    public boolean sees(Operation operation, ResourceType type, String name) {
        return (bits(type, name) & operation.bit()) != 0;
    }

    @Override
    public boolean mayWithAny(Operation operation, ResourceType type) {
        boolean isAllowed = rules.get().mayWithAny(caller, operation, type);
        if (!isAllowed) {
            trail.denied(operation, type, "(any)");
        }
        return isAllowed;
    }

    @Override
    public int operationBits(ResourceType type, String name) {
        return bits(type, name) & type.operationBits();
    }

    @Override
    public Object stamp() {
        return current();
    }

    void changed(String what, Object detail) {
        trail.changed(what, detail);
    }

    void end() {
        trail.end();
    }

    private int bits(ResourceType type, String name) {
        return type == ResourceType.TOPIC ? topicBits(name) : rules.get().operationBits(caller, type, name);
    }

    private Kept current() {
        Kept current = kept;
        AccessRules inForce = rules.get();
        if (current.rules() == inForce) {
            return current;
        }
        Kept next = new Kept(inForce, new ConcurrentHashMap<>(1));
        kept = next;
        return next;
    }

    private int topicBits(String name) {
        Kept current = current();
        Integer known = current.topicBits().get(name);
        if (known != null) {
            return known;
        }
        int found = current.rules().operationBits(caller, ResourceType.TOPIC, name);
        if (name.length() > KEPT_NAME_CHARS_MAX) {
            return found;
        }
        if (current.topicBits().size() >= KEPT_TOPICS_MAX) {
            current.topicBits().clear();
        }
        current.topicBits().put(name, found);
        return found;
    }
}
