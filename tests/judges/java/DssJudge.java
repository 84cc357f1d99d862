import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.simplereport.jaxb.XmlTimestamp;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * EU DSS, offline, with one root trusted and DSS's own default policy.
 * Argument: a file of lines `path TAB root TAB moment`. Answers a line per signature and time-stamp:
 * `path TAB moment TAB name TAB format TAB indication TAB sub-indication TAB complaints`.
 */
public final class DssJudge {
    public static void main(String[] words) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line : Files.readAllLines(Path.of(words[0]))) {
            String[] parts = line.split("\t");
            judge(parts[0], parts[1], parts[2], out);
        }
    }

    private static void judge(String path, String root, String moment, PrintStream out) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        trusted.addCertificate(DSSUtils.loadCertificate(new File(root)));
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAIASource(null);
        SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new InMemoryDocument(Files.readAllBytes(Path.of(path)), path));
        validator.setCertificateVerifier(verifier);
        validator.setValidationTime(Date.from(Instant.parse(moment)));
        Reports reports = validator.validateDocument();
        SimpleReport report = reports.getSimpleReport();
        Set<String> seen = new HashSet<>();
        for (String id : report.getSignatureIdList()) {
            print(out, path, moment, report.getSignedBy(id), report.getSignatureFormat(id), report.getIndication(id),
                    report.getSubIndication(id), complaints(report, id));
            for (XmlTimestamp stamp : report.getSignatureTimestamps(id)) {
                if (seen.add(stamp.getId())) {
                    print(out, path, moment, stamp.getProducedBy(), "time-stamp", stamp.getIndication(),
                            stamp.getSubIndication(), complaints(report, stamp.getId()));
                }
            }
        }
    }

    private static String complaints(SimpleReport report, String id) {
        List<String> said = new ArrayList<>();
        report.getAdESValidationErrors(id).forEach(each -> said.add("error: " + each.getValue()));
        report.getAdESValidationWarnings(id).forEach(each -> said.add("warning: " + each.getValue()));
        return String.join(" | ", said);
    }

    private static void print(PrintStream out, Object... cells) {
        out.println(Arrays.stream(cells).map(each -> String.valueOf(each).replaceAll("\\s+", " "))
                .collect(Collectors.joining("\t")));
    }
}
