package io.sluice.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

final class PanelChartTest {
    private static final Panel PANEL = new Panel(
            "CPU < 5 & more",
            List.of(new Panel.Point(10, 1, 0.5, 2), new Panel.Point(100, 3, 3, 3), new Panel.Point(1_000, 8, 4, 8)));

    @Test
    void whatIsWrittenInItIsEscapedAndReadBackAsItWas() throws Exception {
        Document picture = parse(new PanelChart("a < b", "x & y", true, List.of(PANEL)).svg());

        assertThat(texts(picture)).contains("CPU < 5 & more", "x & y", "1,000", "8");
        assertThat(picture.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("a < b");
    }

    @Test
    void everyPointLiesInsideAndHigherWhereThereIsMore() throws Exception {
        Document picture = parse(new PanelChart("t", "x", true, List.of(PANEL)).svg());
        double width = Double.parseDouble(picture.getDocumentElement().getAttribute("width"));

        List<Element> dots = elements(picture, "circle");
        assertThat(dots).hasSize(3);
        assertThat(dots)
                .extracting(dot -> number(dot, "cx"))
                .isSorted()
                .allSatisfy(x -> assertThat(x).isBetween(0.0, width));
        assertThat(dots.get(0))
                .satisfies(dot -> assertThat(number(dot, "cy")).isGreaterThan(number(dots.get(1), "cy")));
        assertThat(number(dots.get(1), "cx") - number(dots.get(0), "cx"))
                .isEqualTo(number(dots.get(2), "cx") - number(dots.get(1), "cx"));
    }

    @Test
    void panelsFillRowsOfThree() throws Exception {
        Document picture = parse(new PanelChart("t", "x", false, List.of(PANEL, PANEL, PANEL, PANEL)).svg());

        assertThat(elements(picture, "g"))
                .extracting(panel -> panel.getAttribute("transform"))
                .containsExactly("translate(0 0)", "translate(280 0)", "translate(560 0)", "translate(0 190)");
        assertThat(picture.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 840 380");
    }

    @Test
    void numbersAreWrittenAlikeWhereverItIsDrawn() {
        String usual = new PanelChart("t", "x", true, List.of(PANEL)).svg();
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(new PanelChart("t", "x", true, List.of(PANEL)).svg()).isEqualTo(usual);
        } finally {
            Locale.setDefault(before);
        }
    }

    private static Document parse(String svg) throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> elements(Document picture, String name) {
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < picture.getElementsByTagName(name).getLength(); i++) {
            found.add((Element) picture.getElementsByTagName(name).item(i));
        }
        return found;
    }

    private static List<String> texts(Document picture) {
        return elements(picture, "text").stream().map(Element::getTextContent).toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
