package io.sluice.replication;

import io.sluice.log.DamagedRange;
import java.util.List;

/**
 * What a backup or its restoration came to.
 *
 * @param files files it consists of
 * @param bytes their bytes
 * @param sharedBytes of these, bytes that an earlier backup has too and that were not copied again
 * @param damage ranges that could not be read before the backup was made either; found by a restoration only
 */
public record BackupSummary(int files, long bytes, long sharedBytes, List<DamagedRange> damage) {}
