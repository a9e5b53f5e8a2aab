package io.sluice.bench.measure;

/**
 * A row of the table: one figure of a measure, and what is asked of ours.
 *
 * @param figure the figure's name
 * @param title what people read, with its unit
 * @param bar what is asked
 */
public record Row(String figure, String title, Bar bar) {
    /** What is asked of our figure. */
    public sealed interface Bar {
        /** How good ours is, by this bar's yardstick, in one pair. */
        double yardstick(double ours, double theirs);

        /** Whether a median yardstick is good enough. */
        boolean isMet(double yardstick);

        /** The bar in words. */
        String words();
    }

    /** Ours ÷ theirs is at least {@code limit}. */
    public record RatioAtLeast(double limit) implements Bar {
        @Override
        public double yardstick(double ours, double theirs) {
            return ours / theirs;
        }

        @Override
        public boolean isMet(double yardstick) {
            return yardstick >= limit;
        }

        @Override
        public String words() {
            return "≥ %.2f ×".formatted(limit);
        }
    }

    /** Ours ÷ theirs is at most {@code limit}. */
    public record RatioAtMost(double limit) implements Bar {
        @Override
        public double yardstick(double ours, double theirs) {
            return ours / theirs;
        }

        @Override
        public boolean isMet(double yardstick) {
            return yardstick <= limit;
        }

        @Override
        public String words() {
            return "≤ %.2f ×".formatted(limit);
        }
    }

    /** Ours − theirs is at most {@code limit}, in the figure's own unit. */
    public record DifferenceAtMost(double limit) implements Bar {
        @Override
        public double yardstick(double ours, double theirs) {
            return ours - theirs;
        }

        @Override
        public boolean isMet(double yardstick) {
            return yardstick <= limit;
        }

        @Override
        public String words() {
            return "≤ theirs + %.2f".formatted(limit);
        }
    }

    /** Ours is at most {@code limit}, whatever theirs is. */
    public record OursAtMost(double limit) implements Bar {
        @Override
        public double yardstick(double ours, double theirs) {
            return ours;
        }

        @Override
        public boolean isMet(double yardstick) {
            return yardstick <= limit;
        }

        @Override
        public String words() {
            return "≤ %.2f".formatted(limit);
        }
    }

    /** Ours is at least {@code limit}, whatever theirs is. */
    public record OursAtLeast(double limit) implements Bar {
        @Override
        public double yardstick(double ours, double theirs) {
            return ours;
        }

        @Override
        public boolean isMet(double yardstick) {
            return yardstick >= limit;
        }

        @Override
        public String words() {
            return "≥ %.2f".formatted(limit);
        }
    }

    /** Nothing is asked; the figure stands beside the others. */
    public record ForTheRecord() implements Bar {
        @Override
        public double yardstick(double ours, double theirs) {
            return ours / theirs;
        }

        @Override
        public boolean isMet(double yardstick) {
            return true;
        }

        @Override
        public String words() {
            return "–";
        }
    }
}
