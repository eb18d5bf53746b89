#include "train/evaluation/report.h"

#include <expat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <memory>
#include <set>

#include "support/results.h"
#include "train/evaluation/formatting.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;

/// What a strict XML parser finds in a page.
struct Page {
  std::string error;  ///< empty where it is well-formed
  std::set<std::string> elements;
  std::set<std::string> ids;
  std::vector<std::string> addresses;  ///< of attributes that load or link
  std::vector<std::string> items;      ///< the text of each `li`
  std::string text;
  bool in_item = false;
};

void XMLCALL on_start(void* data, const XML_Char* element, const XML_Char** attributes) {
  auto& page = *static_cast<Page*>(data);
  page.elements.insert(element);
  if (std::string(element) == "li") {
    page.items.emplace_back();
    page.in_item = true;
  }
  for (; *attributes; attributes += 2) {
    const std::string name = attributes[0], value = attributes[1];
    if (name == "id") page.ids.insert(value);
    if (name == "src" || name == "href" || name == "xlink:href" || name == "srcset" ||
        name == "action" || name == "data" || name == "poster")
      page.addresses.push_back(value);
  }
}

void XMLCALL on_end(void* data, const XML_Char* element) {
  if (std::string(element) == "li") static_cast<Page*>(data)->in_item = false;
}

void XMLCALL on_text(void* data, const XML_Char* text, int length) {
  auto& page = *static_cast<Page*>(data);
  page.text.append(text, length);
  if (page.in_item) page.items.back().append(text, length);
}

Page parse(const std::string& html) {
  Page page;
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate("UTF-8"), XML_ParserFree);
  XML_SetUserData(parser.get(), &page);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  if (XML_Parse(parser.get(), html.data(), static_cast<int>(html.size()), 1) != XML_STATUS_OK)
    page.error = XML_ErrorString(XML_GetErrorCode(parser.get()));
  return page;
}

TEST_CASE("The report is well-formed, also with labels and settings that look like markup") {
  const Page page = parse(report_html(test::some_results()));
  CHECK(page.error == "");
  CHECK_THAT(page.text, ContainsSubstring("<b>&\""));
  CHECK_THAT(page.text, ContainsSubstring("devicescpu & gpu"));
}

TEST_CASE("The report loads nothing and runs nothing") {
  const std::string html = report_html(test::some_results());
  const Page page = parse(html);
  for (const char* element : {"script", "link", "iframe", "object", "embed", "base", "form"})
    CHECK_FALSE(page.elements.contains(element));
  REQUIRE(page.addresses.size() > 3);
  for (const std::string& address : page.addresses) {
    INFO(address);
    CHECK((address.starts_with("data:image/png;base64,") ||
           (address.starts_with("#") && page.ids.contains(address.substr(1)))));
  }
  for (const char* outside : {"http:", "https:", "url(", "@import", "javascript:"})
    CHECK_THAT(html, !ContainsSubstring(outside));
}

TEST_CASE("The headline gives accuracy with the counts") {
  const std::string html = report_html(test::some_results());
  const std::string text = parse(html).text;
  CHECK_THAT(text, ContainsSubstring("92.50\u00a0%37 of 40"));
  CHECK_THAT(text, ContainsSubstring("96.88\u00a0%31 of 32"));
  CHECK_THAT(text, ContainsSubstring("103,002 trained parameters"));
  CHECK_THAT(text, ContainsSubstring("55,000 pictures of Drawn shapes"));
  CHECK_THAT(text, ContainsSubstring("the epoch with the highest validation accuracy"));
  CHECK_THAT(text, ContainsSubstring("batch size128"));
  CHECK_THAT(text, ContainsSubstring("1,262 images/s"));
  CHECK_THAT(html, ContainsSubstring("Images per second by epoch"));
  CHECK_THAT(text, ContainsSubstring("augmentationyes"));
}

TEST_CASE("Misclassified pictures are shown with their label and the answer") {
  const RunResults results = test::some_results();
  const std::string html = report_html(results);
  CHECK_THAT(html, ContainsSubstring(png_data_url(results.misclassified[0].picture)));
  const Page page = parse(html);
  CHECK(std::ranges::count(page.items,
                           "circle classified as <b>&\" 87.5\u00a0% confidence no. 7") == 1);
  CHECK(std::ranges::count(page.items,
                           "<b>&\" classified as 'square' 50.0\u00a0% confidence no. 23") == 1);
  CHECK(std::ranges::count(page.items,
                           "'square' classified as blank 0.0\u00a0% confidence no. 31") == 1);
  CHECK_THAT(page.text, ContainsSubstring("3 of 40 test pictures were misclassified."));
}

TEST_CASE("Of very many misclassified pictures those with the highest confidence are shown") {
  RunResults results = test::some_results();
  results.test = {766, 2000};
  results.misclassified.clear();
  for (std::size_t i = 0; i < 1234; ++i)
    results.misclassified.push_back({i, 0, 1, 0.9 - double(i) / 10000, {}});
  const Page page = parse(report_html(results));
  CHECK_THAT(
      page.text,
      ContainsSubstring("1,234 of 2,000 test pictures were misclassified; shown are the 200 with"));
  const auto shown = std::ranges::count_if(
      page.items, [](const std::string& item) { return item.find("classified as") != item.npos; });
  CHECK(shown == 200);
  CHECK_THAT(page.text, ContainsSubstring("no. 199") && !ContainsSubstring("no. 200"));
}

TEST_CASE("The confusion matrix is a table with a head for every row and column") {
  const std::string html = report_html(test::some_results());
  CHECK_THAT(html, ContainsSubstring("<th scope=\"row\">circle</th><td class=\"same\""));
  // The most frequent error has the strongest shade, a 0 has none.
  CHECK_THAT(html, ContainsSubstring("<td class=\"other\" style=\"--shade:0.60\">1</td>"));
  CHECK_THAT(html, ContainsSubstring("<td class=\"none\">0</td>"));
  CHECK_THAT(html, ContainsSubstring("<td>92.3</td>"));
}

TEST_CASE("What a run does not have is left out of the report") {
  RunResults results = test::some_results();
  CHECK(parse(report_html(results)).ids ==
        std::set<std::string>{"training", "test-sets", "confusion", "misclassified", "calibration",
                              "forms", "drawings", "rejection", "settings"});
  results.temperature_scaling.reset();
  results.drawings.clear();
  results.rejection_rates.clear();
  results.forms.clear();
  results.misclassified.clear();
  results.epochs.resize(1);
  results.best_epoch = 1;
  const Page page = parse(report_html(results));
  CHECK(page.error.empty());
  CHECK(page.ids == std::set<std::string>{"training", "test-sets", "confusion", "misclassified",
                                          "calibration", "settings"});
  CHECK_THAT(page.text, ContainsSubstring("0 of 40 test pictures were misclassified."));
  CHECK_THAT(page.text, ContainsSubstring("for 1 epoch on"));
  CHECK_THAT(page.text, !ContainsSubstring("temperature"));
}

TEST_CASE("Each test set is shown with its accuracy, acceptance and calibration") {
  const std::string text = parse(report_html(test::some_results())).text;
  CHECK_THAT(text, ContainsSubstring("Strangers & co90.00\u00a0%5 of 5088.0\u00a0%2.00\u00a0%"
                                     "3.12\u00a0%"));
}

TEST_CASE("Each form of a digit is shown as a picture with its share and accuracy") {
  const std::string html = report_html(test::some_results());
  const DigitForm& form = digit_forms()[0];
  CHECK_THAT(html, ContainsSubstring(png_data_url(draw_digit_form(form, 7, 56))));
  const Page page = parse(html);
  CHECK(std::ranges::count(page.items, std::to_string(form.digit) + " " + form.name + " " +
                                           form.where + " drawn 100\u00a0% right 95\u00a0%") == 1);
}

TEST_CASE("Temperature scaling, rejection and drawings are shown with their figures") {
  const std::string text = parse(report_html(test::some_results())).text;
  CHECK_THAT(text, ContainsSubstring("12.50\u00a0% before temperature scaling"));
  CHECK_THAT(text, ContainsSubstring("divided by a temperature of 0.75"));
  CHECK_THAT(text, ContainsSubstring("letters from fonts90.00\u00a0%81 of 90"));
  CHECK_THAT(text, ContainsSubstring("30 %97.0\u00a0%3 of 100"));
}

}  // namespace
}  // namespace numeral
