package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TailBudgetTest {
    private static final long MIB = 1L << 20;

    private static TailBudget ofShards(int count) {
        TailBudget budget = new TailBudget(64 * MIB, 512 * MIB);
        for (int i = 0; i < count; i++) {
            budget.opened();
        }
        return budget;
    }

    @Test
    void fewShardsHaveWhatIsSet() {
        assertThat(ofShards(0).shardBytes()).isEqualTo(64 * MIB);
        assertThat(ofShards(2).shardBytes()).isEqualTo(64 * MIB);
    }

    @Test
    void manyShareHalfOfTheMemoryWithWhatEachMayBeOver() {
        for (int count = 3; count < 40; count++) {
            long most = TailMemory.mostBytes(ofShards(count).shardBytes());
            assertThat(count * most).as("%d shards", count).isBetween(255 * MIB, 256 * MIB);
        }
    }

    @Test
    void whoIsClosedLeavesItsPartToTheOthers() {
        TailBudget budget = ofShards(4);
        long ofFour = budget.shardBytes();
        budget.closed();

        assertThat(budget.shardBytes()).isGreaterThan(ofFour);
    }
}
