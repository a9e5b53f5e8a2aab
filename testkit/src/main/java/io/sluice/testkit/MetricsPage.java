package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers of a page in Prometheus' text format 0.0.4, those of one name with different labels added up.
 *
 * @param sums number by name
 */
public record MetricsPage(Map<String, Double> sums) {
    /** Copies what it is given. */
    public MetricsPage {
        sums = Map.copyOf(sums);
    }

    /**
     * Reads {@code /metrics} of a broker.
     *
     * @throws UncheckedIOException if it does not answer
     */
    public static MetricsPage of(BrokerProcess broker) {
        URI page = URI.create("http://" + broker.address("http") + "/metrics");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return parse(client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + page, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading " + page, e);
        }
    }

    /** Reads a page's text. */
    public static MetricsPage parse(String text) {
        Map<String, Double> sums = new HashMap<>();
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            String name = line.split("[{ ]", 2)[0];
            sums.merge(name, Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)), Double::sum);
        });
        return new MetricsPage(sums);
    }

    /**
     * The number of {@code name}, of all its labels together.
     *
     * @throws IllegalArgumentException if the page has none
     */
    public double value(String name) {
        Double value = sums.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no metric " + name);
        }
        return value;
    }
}
