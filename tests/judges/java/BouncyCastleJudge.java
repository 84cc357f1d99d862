import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Selector;

/**
 * PDFBox reads the fields, BouncyCastle judges their CMS objects and time-stamps.
 * A line per signature: `path TAB field TAB signer TAB all right? TAB what was looked at, each with its answer`.
 */
public final class BouncyCastleJudge {
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    public static void main(String[] paths) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String path : paths) {
            byte[] whole = Files.readAllBytes(new File(path).toPath());
            try (PDDocument document = PDDocument.load(whole)) {
                for (PDField field : document.getDocumentCatalog().getAcroForm(null).getFields()) {
                    PDSignature signature = field instanceof PDSignatureField ? ((PDSignatureField) field).getSignature() : null;
                    if (signature == null) {
                        continue;
                    }
                    Map<String, Object> said = new LinkedHashMap<>();
                    boolean fine;
                    try {
                        fine = judge(signature, whole, said);
                    } catch (Exception error) {
                        fine = false;
                        said.put("error", error);
                    }
                    Object name = said.remove("name");
                    out.println(String.join("\t", path, field.getPartialName(), String.valueOf(name), String.valueOf(fine),
                            said.toString().replaceAll("\\s+", " ")));
                }
            }
        }
    }

    private static boolean judge(PDSignature signature, byte[] whole, Map<String, Object> said) throws Exception {
        int[] range = signature.getByteRange();
        byte[] covered = signature.getSignedContent(whole);
        byte[] contents = unpadded(signature.getContents(whole));
        boolean gap = range[0] == 0 && whole[range[1]] == '<' && whole[range[2] - 1] == '>';
        said.put("range", gap);
        said.put("to the end", range[2] + range[3] == whole.length);
        if ("ETSI.RFC3161".equals(signature.getSubFilter())) {
            return gap & token(new TimeStampToken(new CMSSignedData(contents)), covered, said);
        }
        CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(covered), contents);
        Collection<SignerInformation> signers = cms.getSignerInfos().getSigners();
        SignerInformation signer = signers.iterator().next();
        X509CertificateHolder certificate = one(cms, signer);
        said.put("name", name(certificate));
        boolean valid = signers.size() == 1 && signer.verify(
                new JcaSimpleSignerInfoVerifierBuilder().setProvider(PROVIDER).build(certificate));
        said.put("CMS", valid);
        Attribute named = signer.getSignedAttributes().get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
        byte[] hash = SigningCertificateV2.getInstance(named.getAttrValues().getObjectAt(0)).getCerts()[0].getCertHash();
        boolean bound = Arrays.equals(hash, sha256(certificate.getEncoded()));
        said.put("signing-certificate-v2", bound);
        Attribute stamp = signer.getUnsignedAttributes().get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
        byte[] token = stamp.getAttrValues().getObjectAt(0).toASN1Primitive().getEncoded(ASN1Encoding.DL);
        Map<String, Object> stamped = new LinkedHashMap<>();
        boolean timed = token(new TimeStampToken(new CMSSignedData(token)), signer.getSignature(), stamped);
        said.put("time-stamp", stamped);
        return gap & valid & bound & timed;
    }

    /** The token's own signature, and that it is about these bytes. */
    private static boolean token(TimeStampToken token, byte[] stamped, Map<String, Object> said) throws Exception {
        X509CertificateHolder certificate = one(token.toCMSSignedData(), token.toCMSSignedData().getSignerInfos().iterator().next());
        said.put("name", name(certificate));
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider(PROVIDER).build(certificate));
        String algorithm = token.getTimeStampInfo().getHashAlgorithm().getAlgorithm().getId();
        byte[] digest = MessageDigest.getInstance(algorithm, PROVIDER).digest(stamped);
        boolean imprint = Arrays.equals(digest, token.getTimeStampInfo().getMessageImprintDigest());
        said.put("imprint", imprint);
        said.put("at", token.getTimeStampInfo().getGenTime().toInstant());
        return imprint;
    }

    @SuppressWarnings("unchecked")
    private static X509CertificateHolder one(CMSSignedData cms, SignerInformation signer) {
        return (X509CertificateHolder) cms.getCertificates().getMatches((Selector<X509CertificateHolder>) signer.getSID())
                .iterator().next();
    }

    private static String name(X509CertificateHolder certificate) {
        return IETFUtils.valueToString(certificate.getSubject().getRDNs(BCStyle.CN)[0].getFirst().getValue());
    }

    private static byte[] unpadded(byte[] contents) throws Exception {
        try (ASN1InputStream in = new ASN1InputStream(new ByteArrayInputStream(contents))) {
            return in.readObject().getEncoded(ASN1Encoding.DL);
        }
    }

    private static byte[] sha256(byte[] data) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(data);
    }
}
