import eu.europa.esig.dss.detailedreport.DetailedReport;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
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
import java.util.Date;
import java.util.List;

/**
 * EU DSS, offline, with one root trusted and DSS's own default policy.
 * Argument: a file of lines `path TAB root TAB moment`. Answers a line per signature and time-stamp:
 * `path TAB moment TAB field TAB format TAB indication TAB sub-indication TAB complaints`.
 */
public final class DssJudge {
    public static void main(String[] words) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line : Files.readAllLines(Path.of(words[0]))) {
            String[] parts = line.split("\t");
            judge(parts[0], parts[1], parts[2], out);
        }
    }

    private static void judge(String path, String root, String moment, PrintStream out) {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        trusted.addCertificate(DSSUtils.loadCertificate(new File(root)));
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAIASource(null);
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(path));
        validator.setCertificateVerifier(verifier);
        validator.setValidationTime(Date.from(Instant.parse(moment)));
        Reports reports = validator.validateDocument();
        SimpleReport report = reports.getSimpleReport();
        List<String> ids = new ArrayList<>(report.getSignatureIdList());
        ids.addAll(report.getTimestampIdList());
        for (String id : ids) {
            List<String> said = new ArrayList<>();
            report.getAdESValidationErrors(id).forEach(each -> said.add("error: " + each.getValue()));
            report.getAdESValidationWarnings(id).forEach(each -> said.add("warning: " + each.getValue()));
            boolean stamp = report.getTimestampIdList().contains(id);
            Object format = stamp ? "time-stamp" : report.getSignatureFormat(id);
            String name = stamp ? report.getProducedBy(id) : report.getSignedBy(id);
            out.println(String.join("\t", path, moment, String.valueOf(name), String.valueOf(format),
                    String.valueOf(report.getIndication(id)), String.valueOf(report.getSubIndication(id)),
                    String.join(" | ", said).replaceAll("\\s+", " ")));
        }
        if (System.getProperty("simple") != null) System.err.println(reports.getXmlSimpleReport());
        if (System.getProperty("detailed") != null) System.err.println(reports.getXmlDetailedReport());
    }
}
