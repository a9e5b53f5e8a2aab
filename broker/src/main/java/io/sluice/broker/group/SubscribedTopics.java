package io.sluice.broker.group;

import io.sluice.broker.group.TopicView.Shape;
import io.sluice.broker.group.assign.Reading;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerProfile;
import io.sluice.common.TopicId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The topics that a group's members subscribe to and that exist, as they are now. */
final class SubscribedTopics {
    private final ConsumerGroupState state;
    private final TopicView topics;

    SubscribedTopics(ConsumerGroupState state, TopicView topics) {
        this.state = state;
        this.topics = topics;
    }

    /** Changes when a subscribed topic comes, goes, is created anew or grows. */
    long hash() {
        Set<String> names = new TreeSet<>();
        state.members().forEach(member -> names.addAll(member.profile().topics()));
        state.topicsByRegex().values().forEach(names::addAll);
        return hash(names, topics);
    }

    /** Changes when a topic of one of the names comes, goes, is created anew or grows. */
    static long hash(Set<String> names, TopicView topics) {
        long hash = 0;
        for (String name : names) {
            Optional<Shape> shape = topics.find(name);
            if (shape.isPresent()) {
                hash = mix(hash ^ shape.get().id().high());
                hash = mix(hash ^ shape.get().id().low());
                hash = mix(hash ^ shape.get().partitionCount());
            }
        }
        return hash;
    }

    /** MurmurHash3's finalizer: every bit of the input changes half of the output's. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }

    /** What an assignor looks at. */
    Reading reading() {
        NavigableMap<TopicId, Integer> partitionCounts = new TreeMap<>();
        NavigableMap<String, Reading.Reader> readers = new TreeMap<>();
        Map<Subscribed, Set<TopicId>> known = new HashMap<>();
        for (ConsumerMember member : state.members()) {
            ConsumerProfile profile = member.profile();
            Set<TopicId> ids = known.computeIfAbsent(
                    new Subscribed(profile.topics(), profile.regex()), key -> ids(key, partitionCounts));
            readers.put(member.id(), new Reading.Reader(profile.order(member.id()), ids, state.target(member.id())));
        }
        return new Reading(readers, partitionCounts);
    }

    private Set<TopicId> ids(Subscribed subscribed, NavigableMap<TopicId, Integer> partitionCounts) {
        Set<String> names = new TreeSet<>(subscribed.topics());
        subscribed.regex().ifPresent(regex -> names.addAll(state.topicsByRegex().getOrDefault(regex, List.of())));
        Set<TopicId> ids = new HashSet<>();
        for (String name : names) {
            topics.find(name).ifPresent(shape -> {
                ids.add(shape.id());
                partitionCounts.put(shape.id(), shape.partitionCount());
            });
        }
        return ids;
    }

    private record Subscribed(List<String> topics, Optional<String> regex) {}
}
