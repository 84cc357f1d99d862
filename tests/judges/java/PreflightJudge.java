import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.exception.SyntaxValidationException;
import org.apache.pdfbox.preflight.parser.PreflightParser;

/**
 * PDFBox Preflight, which knows PDF/A-1b only. A line per file: `path TAB valid TAB complaints`.
 */
public final class PreflightJudge {
    public static void main(String[] paths) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String path : paths) {
            ValidationResult result;
            PreflightParser parser = new PreflightParser(new File(path));
            try {
                parser.parse();
                try (PreflightDocument document = parser.getPreflightDocument()) {
                    document.validate();
                    result = document.getResult();
                }
            } catch (SyntaxValidationException error) {
                result = error.getResult();
            }
            Set<String> complaints = new TreeSet<>();
            result.getErrorsList().forEach(each -> complaints.add(each.getErrorCode() + " " + each.getDetails()));
            String said = String.join(" | ", complaints).replaceAll("\\s+", " ");
            out.println(path + "\t" + result.isValid() + "\t" + said);
        }
    }
}
