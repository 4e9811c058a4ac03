#include "model/source/path.h"
#include "model/source/revision.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace model;
using namespace model::source;

namespace {

std::string print(const std::vector<Finding>& findings)
{
    std::string out;
    for (const Finding& f : findings)
        out += std::to_string(f.range.begin.line) + ":" + std::to_string(f.range.begin.column) + " " +
               name(f.severity) + " " + f.code + " " + f.path + ": " + f.message + "\n";
    return out;
}

std::string contentOf(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream out;
    out << stream.rdbuf();
    return out.str();
}

} // namespace

/// Reading texts: trees, loading, kinds.
class TestSource : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsEveryDocumentationExampleThatEnvoyAccepts();
};

void TestSource::readsEveryDocumentationExampleThatEnvoyAccepts()
{
    std::istringstream rows(contentOf(TEST_CORPUS "/VERDICTS.tsv"));
    int count = 0, wrong = 0;
    for (std::string row; std::getline(rows, row);) {
        std::istringstream cells(row);
        std::string file, wrapped, verdict;
        std::getline(cells, file, '\t');
        std::getline(cells, wrapped, '\t');
        std::getline(cells, verdict, '\t');
        if (verdict != "accept" || wrapped != "bootstrap") continue;
        ++count;
        const auto revision = Revision::of(contentOf(std::filesystem::path(TEST_CORPUS) / file), {nullptr, file, {}});
        if (!hasErrors(revision->findings())) continue;
        ++wrong;
        qWarning("%s\n%s", file.c_str(), print(revision->findings()).c_str());
    }
    QVERIFY2(count >= 237, std::to_string(count).c_str());
    QCOMPARE(wrong, 0);
}

QTEST_APPLESS_MAIN(TestSource)
#include "tst_source.moc"
