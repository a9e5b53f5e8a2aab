package io.sluice.protocol.kafka.codec.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.protocol.kafka.codec.share.ShareSessions.Opened;
import io.sluice.protocol.kafka.codec.share.ShareSessions.Use;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Share sessions, by example and against a naive model. */
final class ShareSessionsTest {
    private static final Place ZERO = place(0);
    private static final Place ONE = place(1);

    private final Object here = new Object();
    private final Object there = new Object();
    private final ShareSessions sessions = new ShareSessions(2);

    private static Place place(int partition) {
        return new Place(new TopicId(1, 1), partition);
    }

    private Result<Opened> fetch(String member, int epoch, Place... named) {
        return sessions.fetch(new Use("g", member, epoch, List.of(named), List.of()), here);
    }

    @Test
    void epochsGoUpByOneAndPartitionsStay() {
        assertThat(fetch("m", 0, ZERO, ONE).get().places()).containsExactly(ZERO, ONE);
        assertThat(fetch("m", 1).get().places()).containsExactly(ZERO, ONE);
        assertThat(fetch("m", 1).error()).isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH);
        assertThat(sessions.acknowledge("g", "m", 2, here).isOk()).isTrue();
        Use forgets = new Use("g", "m", 3, List.of(place(7)), List.of(ZERO));
        assertThat(sessions.fetch(forgets, here).get().places()).containsExactly(ONE, place(7));
        assertThat(sessions.partitionCount()).isEqualTo(2);
    }

    @Test
    void nothingIsAcknowledgedWithoutASession() {
        assertThat(sessions.acknowledge("g", "m", 1, here).error()).isEqualTo(ErrorCode.SHARE_SESSION_NOT_FOUND);
        fetch("m", 0, ZERO);
        assertThat(sessions.acknowledge("g", "m", 0, here).error()).isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH);
        assertThat(sessions.acknowledge("other", "m", 1, here).error()).isEqualTo(ErrorCode.SHARE_SESSION_NOT_FOUND);
    }

    @Test
    void aFullListenerOpensNoFurtherSessionUntilOneEnds() {
        fetch("a", 0, ZERO);
        fetch("b", 0, ZERO);
        assertThat(fetch("c", 0, ZERO).error()).isEqualTo(ErrorCode.SHARE_SESSION_LIMIT_REACHED);
        assertThat(fetch("a", 0, ZERO, ONE).isOk()).isTrue();
        sessions.left("g", "b");
        assertThat(fetch("c", 0, ZERO).isOk()).isTrue();
        assertThat(sessions.partitionCount()).isEqualTo(3);
    }

    @Test
    void aSessionThatBeginsAnewKeepsWhatItsMemberHolds() {
        ShareSession first = fetch("m", 0, ZERO).get().session();
        sessions.served(first, ZERO);
        ShareSession second = fetch("m", 0, ONE).get().session();
        assertThat(sessions.close(second)).containsExactly(ZERO);
    }

    @Test
    void whatWasServedGoesToTheEnd() {
        ShareSession session = fetch("m", 0, ZERO, ONE).get().session();
        sessions.served(session, ZERO);
        assertThat(fetch("m", 1).get().places()).containsExactly(ONE, ZERO);
    }

    @Test
    void aConnectionTakesItsSessionsWithIt() {
        fetch("a", 0, ZERO);
        sessions.fetch(new Use("g", "b", 0, List.of(ONE), List.of()), there);
        assertThat(sessions.ended(here)).extracting(session -> session.memberId).containsExactly("a");
        assertThat(sessions.count()).isEqualTo(1);
        assertThat(fetch("a", 1).error()).isEqualTo(ErrorCode.SHARE_SESSION_NOT_FOUND);
    }

    @Property(tries = 200)
    void sessionsAreWhatAModelSaysAndTheirPartitionsAreCounted(@ForAll long seed) {
        Random random = new Random(seed);
        ShareSessions real = new ShareSessions(3);
        Map<String, Integer> epochs = new HashMap<>();
        Map<String, Set<Place>> places = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            String member = "m" + random.nextInt(5);
            int next = epochs.getOrDefault(member, 1);
            int epoch = random.nextInt(3) == 0 ? random.nextInt(4) - 1 : next;
            List<Place> named = some(random);
            List<Place> forgotten = some(random);
            Result<Opened> opened = real.fetch(new Use("g", member, epoch, named, forgotten), here);
            if (epoch == 0) {
                boolean hasRoom = epochs.containsKey(member) || epochs.size() < 3;
                assertThat(opened.isOk()).isEqualTo(hasRoom);
                if (hasRoom) {
                    epochs.put(member, 1);
                    places.put(member, new LinkedHashSet<>());
                }
            } else {
                boolean isExpected = epochs.containsKey(member) && (epoch == -1 || epoch == next);
                assertThat(opened.isOk()).isEqualTo(isExpected);
            }
            if (opened.isOk() && epoch == -1) {
                real.close(opened.get().session());
                epochs.remove(member);
                places.remove(member);
            } else if (opened.isOk()) {
                Set<Place> model = places.getOrDefault(member, new LinkedHashSet<>());
                model.addAll(named);
                forgotten.forEach(model::remove);
                assertThat(opened.get().places()).containsExactlyInAnyOrderElementsOf(model);
                epochs.put(member, epoch == 0 ? 1 : next + 1);
            }
            assertThat(real.count()).isEqualTo(epochs.size());
            assertThat(real.partitionCount())
                    .isEqualTo(places.values().stream().mapToInt(Set::size).sum());
        }
    }

    private static List<Place> some(Random random) {
        List<Place> some = new ArrayList<>();
        for (int i = 0; i < random.nextInt(4); i++) {
            some.add(place(random.nextInt(6)));
        }
        return some;
    }
}
