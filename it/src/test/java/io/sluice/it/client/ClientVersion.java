package io.sluice.it.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A version of kafka-clients. {@link ClientScenarios} is compiled once and runs on each of them, in a class loader that
 * sees that version's jars and nothing of ours but the scenarios.
 */
enum ClientVersion {
    V4_4_0("4.4.0"),
    V4_3_1("4.3.1"),
    V2_8_2("2.8.2");

    private static final Path CLIENTS = Path.of("target", "clients");

    private final String number;

    ClientVersion(String number) {
        this.number = number;
    }

    /** Runs a scenario on this version; throws what the scenario throws. */
    Map<String, Object> run(Map<String, Object> scenario) {
        if (this == V4_4_0) {
            Map<String, Object> answers = new HashMap<>();
            new ClientScenarios().run(scenario, answers);
            return answers;
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = loader()) {
            Thread.currentThread().setContextClassLoader(loader);
            // The class in the other loader is another class; what both know are the JDK's types.
            Object scenarios = loader.loadClass(ClientScenarios.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            Method apply = scenarios.getClass().getMethod("run", Map.class, Map.class);
            Map<String, Object> answers = new HashMap<>();
            apply.invoke(scenarios, scenario, answers);
            return answers;
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("client " + number + " fails", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("client " + number + " cannot be loaded", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private URLClassLoader loader() throws IOException {
        List<URL> urls = new ArrayList<>();
        try (var jars = Files.list(CLIENTS.resolve(number))) {
            jars.forEach(jar -> urls.add(url(jar)));
        }
        urls.add(ClientScenarios.class.getProtectionDomain().getCodeSource().getLocation());
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "kafka-clients " + number;
    }
}
