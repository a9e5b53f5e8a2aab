package io.sluice.broker.api;

/** What one quota's holders have used of it lately. Any thread. */
public interface QuotaMeter {
    /** For whom no quota is set. */
    QuotaMeter UNLIMITED = new QuotaMeter() {
        @Override
        public int record(double amount) {
            return 0;
        }

        @Override
        public int waitMs(double wanted) {
            return 0;
        }

        @Override
        public double allowance() {
            return Double.MAX_VALUE;
        }

        @Override
        public double perWindow() {
            return Double.MAX_VALUE;
        }

        @Override
        public boolean isRetired() {
            return false;
        }
    };

    /** Adds a use; answers for how many milliseconds its holder must rest, 0 if it is within the quota. Negative gives back. */
    int record(double amount);

    /** Adds nothing; answers after how many milliseconds {@code wanted} more would be within the quota, 0 if now. */
    int waitMs(double wanted);

    /** How much more is within the quota now; negative above it. */
    double allowance();

    /** How much the quota allows within one measuring window. */
    double perWindow();

    /** Whether nobody was measured for so long that it was forgotten: take another from {@link QuotaMeters#meter}. */
    boolean isRetired();
}
