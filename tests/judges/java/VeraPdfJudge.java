import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.LogManager;
import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * veraPDF on every file named: one line each, `path TAB flavour TAB compliant TAB checks TAB complaints`.
 * Arguments: flavours joined by commas (3b,3a), then files.
 */
public final class VeraPdfJudge {
    public static void main(String[] words) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (int at = 1; at < words.length; at++) {
            for (String name : words[0].split(",")) {
                out.println(words[at] + "\t" + name + "\t" + judge(words[at], PDFAFlavour.fromString(name)));
            }
        }
    }

    private static String judge(String path, PDFAFlavour flavour) throws Exception {
        try (FileInputStream in = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            Set<String> complaints = new TreeSet<>();
            for (TestAssertion each : (List<TestAssertion>) result.getTestAssertions()) {
                if (each.getStatus() == TestAssertion.Status.FAILED) {
                    complaints.add(each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber() + " "
                            + each.getMessage() + " at " + each.getLocation().getContext());
                }
            }
            String said = String.join(" | ", complaints).replaceAll("\\s+", " ");
            return result.isCompliant() + "\t" + result.getTotalAssertions() + "\t" + said;
        }
    }
}
