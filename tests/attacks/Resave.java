// Saves a signed file again with PDFBox 2, in every way an office program might: Resave IN DIRECTORY writes MODE.pdf each.
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Calendar;
import java.util.Date;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationRubberStamp;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureInterface;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

public class Resave {
    interface Change { void on(PDDocument document) throws Exception; }

    static File input, directory;

    public static void main(String[] arguments) throws Exception {
        input = new File(arguments[0]);
        directory = new File(arguments[1]);
        whole("saved", document -> { });
        whole("page added", document -> document.addPage(new PDPage()));
        whole("page removed", document -> document.removePage(0));
        whole("pages swapped", document -> {
            PDPage first = document.getPage(0);
            document.removePage(0);
            document.addPage(first);
        });
        whole("text drawn", Resave::draw);
        whole("form flattened", document -> document.getDocumentCatalog().getAcroForm().flatten());
        whole("title changed", document -> document.getDocumentInformation().setTitle("other"));
        whole("all security removed", document -> document.setAllSecurityToBeRemoved(true));
        whole("encrypted", document ->
            document.protect(new StandardProtectionPolicy("owner", "", new AccessPermission())));
        appended("saved incrementally", document -> document.getDocumentCatalog().getCOSObject().setNeedToBeUpdated(true));
        appended("text drawn incrementally", document -> {
            draw(document);
            PDPage page = document.getPage(0);
            page.getCOSObject().setNeedToBeUpdated(true);
            page.getResources().getCOSObject().setNeedToBeUpdated(true);
            document.getPages().getCOSObject().setNeedToBeUpdated(true);
            document.getDocumentCatalog().getCOSObject().setNeedToBeUpdated(true);
        });
        appended("stamp added incrementally", document -> {
            PDAnnotationRubberStamp stamp = new PDAnnotationRubberStamp();
            stamp.setRectangle(new PDRectangle(60, 500, 480, 260));
            PDPage page = document.getPage(0);
            page.getAnnotations().add(stamp);
            page.getCOSObject().setNeedToBeUpdated(true);
            document.getPages().getCOSObject().setNeedToBeUpdated(true);
            document.getDocumentCatalog().getCOSObject().setNeedToBeUpdated(true);
        });
        appended("language changed incrementally", document -> {
            document.getDocumentCatalog().setLanguage("en");
            document.getDocumentCatalog().getCOSObject().setNeedToBeUpdated(true);
        });
        signed("signed by somebody");
    }

    static void draw(PDDocument document) throws Exception {
        try (PDPageContentStream content = new PDPageContentStream(
                document, document.getPage(0), PDPageContentStream.AppendMode.APPEND, true)) {
            content.beginText();
            content.setFont(PDType1Font.HELVETICA, 24);
            content.newLineAtOffset(80, 700);
            content.showText("FORGED");
            content.endText();
        }
    }

    static void whole(String mode, Change change) throws Exception {
        try (PDDocument document = PDDocument.load(input)) {
            change.on(document);
            document.save(new File(directory, mode + ".pdf"));
        }
    }

    static void appended(String mode, Change change) throws Exception {
        try (PDDocument document = PDDocument.load(input);
             FileOutputStream output = new FileOutputStream(new File(directory, mode + ".pdf"))) {
            change.on(document);
            document.saveIncremental(output);
        }
    }

    static void signed(String mode) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048, new SecureRandom());
        KeyPair keys = generator.generateKeyPair();
        X500Name name = new X500Name("CN=Somebody");
        Date now = new Date();
        ContentSigner signer = new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate());
        X509CertificateHolder certificate = new JcaX509v3CertificateBuilder(
            name, java.math.BigInteger.ONE, now, new Date(now.getTime() + 86400000L), name, keys.getPublic()).build(signer);
        SignatureInterface sign = (InputStream content) -> {
            try {
                CMSSignedDataGenerator cms = new CMSSignedDataGenerator();
                cms.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                    new JcaDigestCalculatorProviderBuilder().build()).build(signer, certificate));
                cms.addCertificate(certificate);
                return cms.generate(new CMSProcessableByteArray(content.readAllBytes()), false).getEncoded();
            } catch (Exception error) {
                throw new java.io.IOException(error);
            }
        };
        try (PDDocument document = PDDocument.load(input);
             FileOutputStream output = new FileOutputStream(new File(directory, mode + ".pdf"))) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ETSI_CADES_DETACHED);
            signature.setSignDate(Calendar.getInstance());
            document.addSignature(signature, sign);
            document.saveIncremental(output);
        }
    }
}
