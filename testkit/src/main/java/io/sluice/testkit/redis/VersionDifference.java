package io.sluice.testkit.redis;

import java.util.function.Predicate;

/**
 * Where the broker answers as newer versions do and redis-server 7.0.15 does not.
 *
 * @param name in a few words
 * @param source section of the specification of Redis streams that says so
 * @param isDiverging whether the streams differ afterwards, so that nothing can be compared any more
 * @param covers tells whether it explains two different replies
 */
public record VersionDifference(String name, String source, boolean isDiverging, Predicate<Exchange> covers) {}
