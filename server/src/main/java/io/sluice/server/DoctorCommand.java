package io.sluice.server;

import io.sluice.server.doctor.Doctor;
import io.sluice.server.doctor.Finding;
import io.sluice.server.node.ExitCode;
import io.sluice.server.settings.SettingsException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at the machine, the settings and the data directory, and says what to change. */
@Command(
        name = "doctor",
        description = "Check settings, memory, limits, clock, disk, data directory and ports, and say what to change.",
        footer = {
            "",
            "Give it the options that `sluice start` gets, as the same user; the broker may run or not. It changes nothing;",
            "the disk is measured with a small temporary file. Exit codes: 0 nothing failed, 1 something did."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--deep", description = "Read every record of a stopped broker and check its CRC; takes a while.")
    private boolean isDeep;

    @Mixin
    private OutputFormat output = new OutputFormat();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    DoctorCommand() {}

    @Override
    public Integer call() {
        List<Finding> found = examine();
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            out.println(
                    OutputFormat.document(found.stream().map(DoctorCommand::row).toList()));
        } else {
            found.forEach(finding -> out.println(line(finding)));
        }
        out.flush();
        boolean isFailed = found.stream().anyMatch(finding -> finding.status() == Finding.Status.FAIL);
        return (isFailed ? ExitCode.REFUSED : ExitCode.OK).number();
    }

    private List<Finding> examine() {
        try {
            return Doctor.examine(options.load(), isDeep);
        } catch (SettingsException wrong) {
            return String.valueOf(wrong.getMessage())
                    .lines()
                    .map(line -> new Finding(Finding.Status.FAIL, "settings", line, "correct it, then run this again"))
                    .toList();
        }
    }

    private static String line(Finding finding) {
        return "%-4s  %s: %s%s"
                .formatted(
                        finding.status().word(),
                        finding.subject(),
                        finding.says(),
                        finding.advice().isEmpty() ? "" : "; " + finding.advice());
    }

    private static Map<String, String> row(Finding finding) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("status", finding.status().word());
        row.put("subject", finding.subject());
        row.put("says", finding.says());
        row.put("advice", finding.advice());
        return row;
    }
}
