package io.sluice.broker.group.assign;

import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Deals the partitions of subscribed topics out to the members of a share group (KIP-932, "simple"). Every partition is
 * shared by as few members as it takes for each member to have one: by one, as long as there are no more members than
 * partitions. Each partition is shared by equally many, and members have equally many partitions, give or take one. Where
 * subscriptions differ, that holds for each topic by itself. Members keep what they have where that fits. Stateless.
 */
public final class ShareAssignor {
    /** Its name in the protocol. */
    public static final String NAME = "simple";

    private ShareAssignor() {}

    /** Who takes records from what: an entry for every member. Equal readings give equal results. */
    public static Map<String, PartitionSet> assign(Reading reading) {
        Map<String, PartitionSet.Builder> given = new TreeMap<>();
        reading.members().keySet().forEach(member -> given.put(member, new PartitionSet.Builder()));
        if (reading.hasEqualSubscriptions()) {
            deal(reading, new ArrayList<>(reading.members().keySet()), places(reading.partitionCounts()), given);
        } else {
            reading.partitionCounts().forEach((topic, count) -> {
                NavigableMap<TopicId, Integer> one = new TreeMap<>(Map.of(topic, count));
                deal(reading, subscribers(reading, topic), places(one), given);
            });
        }
        Map<String, PartitionSet> assigned = new TreeMap<>();
        given.forEach((member, builder) -> assigned.put(member, builder.build()));
        return assigned;
    }

    private static List<String> subscribers(Reading reading, TopicId topic) {
        return reading.members().entrySet().stream()
                .filter(member -> member.getValue().topics().contains(topic))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<Place> places(NavigableMap<TopicId, Integer> partitionCounts) {
        List<Place> places = new ArrayList<>();
        partitionCounts.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                places.add(new Place(topic, partition));
            }
        });
        return places;
    }

    private static void deal(
            Reading reading, List<String> members, List<Place> places, Map<String, PartitionSet.Builder> given) {
        if (members.isEmpty() || places.isEmpty()) {
            return;
        }
        Table table = new Table(members, places);
        table.keep(reading);
        table.fill();
        if (!table.isEven()) {
            table.clear();
            table.dealAnew();
        }
        table.addTo(given);
    }

    private record Place(TopicId topic, int partition) {}

    /** Members and partitions while they find each other; {@code cells[m * places + p]} says whether they have. */
    private static final class Table {
        private final List<String> members;
        private final List<Place> places;
        private final boolean[] cells;
        private final int[] ofMember;
        private final int[] ofPlace;
        private final int sharing;
        private final int floor;
        private int roomAboveFloor;

        private Table(List<String> members, List<Place> places) {
            this.members = members;
            this.places = places;
            cells = new boolean[Math.multiplyExact(members.size(), places.size())];
            ofMember = new int[members.size()];
            ofPlace = new int[places.size()];
            sharing = Math.ceilDiv(members.size(), places.size());
            floor = places.size() * sharing / members.size();
            roomAboveFloor = places.size() * sharing % members.size();
        }

        /** Gives members what they have, as far as neither they nor the partitions get too much. */
        private void keep(Reading reading) {
            Map<Place, Integer> indexes = HashMap.newHashMap(places.size());
            for (int place = 0; place < places.size(); place++) {
                indexes.put(places.get(place), place);
            }
            for (int member = 0; member < members.size(); member++) {
                int index = member;
                Reading.Reader reader = reading.members().get(members.get(member));
                if (reader != null) {
                    reader.before().forEach((topic, partition, epoch) -> {
                        Integer place = indexes.get(new Place(topic, partition));
                        if (place != null && ofPlace[place] < sharing && hasRoom(index)) {
                            give(index, place);
                        }
                    });
                }
            }
        }

        private boolean hasRoom(int member) {
            return ofMember[member] < floor || (ofMember[member] == floor && roomAboveFloor > 0);
        }

        private void give(int member, int place) {
            if (ofMember[member] == floor) {
                roomAboveFloor--;
            }
            cells[member * places.size() + place] = true;
            ofMember[member]++;
            ofPlace[place]++;
        }

        /** Finds members for what is left, the emptiest partition first and among members the one with the least. */
        private void fill() {
            List<Integer> open = new ArrayList<>();
            for (int place = 0; place < places.size(); place++) {
                if (ofPlace[place] < sharing) {
                    open.add(place);
                }
            }
            open.sort(Comparator.comparingInt(place -> ofPlace[place]));
            for (int place : open) {
                while (ofPlace[place] < sharing) {
                    give(memberFor(place), place);
                }
            }
        }

        /** There are never more sharers than members, so one without the partition is left. */
        private int memberFor(int place) {
            int best = -1;
            for (int member = 0; member < members.size(); member++) {
                boolean hasIt = cells[member * places.size() + place];
                if (!hasIt && (best < 0 || ofMember[member] < ofMember[best])) {
                    best = member;
                }
            }
            return best;
        }

        private boolean isEven() {
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (int count : ofMember) {
                least = Math.min(least, count);
                most = Math.max(most, count);
            }
            return most - least <= 1;
        }

        private void clear() {
            Arrays.fill(cells, false);
            Arrays.fill(ofMember, 0);
            Arrays.fill(ofPlace, 0);
        }

        /**
         * Round robin over both. A pair comes twice only after the least common multiple of their numbers, and there are
         * fewer pairs than that: with m members and p partitions, m &gt; p, they are less than m + p, which is at most 2 m.
         */
        private void dealAnew() {
            for (int pair = 0; pair < places.size() * sharing; pair++) {
                give(pair % members.size(), pair % places.size());
            }
        }

        private void addTo(Map<String, PartitionSet.Builder> given) {
            for (int member = 0; member < members.size(); member++) {
                PartitionSet.Builder builder = given.get(members.get(member));
                for (int place = 0; builder != null && place < places.size(); place++) {
                    if (cells[member * places.size() + place]) {
                        builder.add(places.get(place).topic(), places.get(place).partition(), 0);
                    }
                }
            }
        }
    }
}
