package io.sluice.bench.plot;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * Where values stand along an axis. Pure.
 *
 * @param from the value at its beginning
 * @param to the value at its end, not below {@code from}
 * @param isLogarithmic whether equal factors are equally far apart, not equal differences; {@code from} is above 0 then
 * @param ticks values that are written beside it, ascending
 */
record Scale(double from, double to, boolean isLogarithmic, List<Double> ticks) {
    private static final int STEPS = 4;
    private static final double[] ROUND = {1, 2, 2.5, 5, 10};

    Scale {
        ticks = List.copyOf(ticks);
    }

    /** From 0 to a round number that none of the values is above, in a few round steps. */
    static Scale fromZero(DoubleStream values) {
        double greatest = values.max().orElse(0);
        double step = greatest > 0 ? roundStep(greatest / STEPS) : 1;
        long steps = Math.max(1, (long) Math.ceil(greatest / step));
        return new Scale(
                0,
                steps * step,
                false,
                LongStream.rangeClosed(0, steps).mapToObj(i -> i * step).toList());
    }

    private static double roundStep(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        return DoubleStream.of(ROUND)
                .map(round -> round * power)
                .filter(step -> step >= least)
                .findFirst()
                .orElse(10 * power);
    }

    /** From the least to the greatest of the values, each of which is a tick. */
    static Scale through(DoubleStream values, boolean isLogarithmic) {
        List<Double> sorted = values.sorted().distinct().boxed().toList();
        return new Scale(sorted.getFirst(), sorted.getLast(), isLogarithmic, sorted);
    }

    /** 0 at the beginning to 1 at the end; in the middle if the axis has one value only. */
    double place(double value) {
        if (from == to) {
            return 0.5;
        }
        return isLogarithmic ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
    }

    /** A tick in words: digits in groups of three, and no more behind the point than it needs, at most three. */
    static String words(double tick) {
        String text = String.format(Locale.ROOT, "%,.3f", tick);
        return text.replaceAll("\\.?0+$", "");
    }
}
