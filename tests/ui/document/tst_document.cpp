#include "ui/document/project.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using ui::Document;
using ui::Project;

namespace {
const QByteArray sample = "static_resources:\r\n  clusters: # kept\r\n  - name: pay\r\n    type: STATIC\r\n";
}

/// Files on disk and the drafts of programs that were killed.
class TestDocument : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_folder->filePath(u"data"_s).toLocal8Bit());
        QCoreApplication::setOrganizationName(u"Meshwright"_s);
        QCoreApplication::setApplicationName(u"Meshwright"_s);
        m_file = m_folder->filePath(u"edge.yaml"_s);
        write(m_file, sample);
    }
    void savingKeepsBytesPermissionsAndLinks();
    void savingNoticesThatTheFileChangedMeanwhile();
    void aKilledProgramLosesAtMostASecond();
    void draftsOfARunningProgramAreLeftAlone();
    void aSavedDocumentLeavesNoDraft();

private:
    static void write(const QString& name, const QByteArray& bytes)
    {
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    static QByteArray read(const QString& name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// Starts the other program, which edits `m_file` and waits.
    void startWriter(QProcess& writer, const QString& line)
    {
        writer.start(QStringLiteral(DRAFT_WRITER), {m_file, line});
        QVERIFY(writer.waitForReadyRead(20'000));
        QCOMPARE(writer.readLine().trimmed(), QByteArray("edited"));
    }
    static QStringList drafts()
    {
        return QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + u"/drafts"_s)
            .entryList({u"*.draft"_s});
    }
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
};

void TestDocument::savingKeepsBytesPermissionsAndLinks()
{
    const QString link = m_folder->filePath(u"link.yaml"_s);
    QVERIFY(QFile::link(m_file, link));
    QVERIFY(QFile::setPermissions(m_file, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup));
    const auto permissions = QFile::permissions(m_file);
    Project project;
    Document* document = *project.open(link);

    QVERIFY(document->edit(
        [](const auto& revision) { return model::source::set(revision, "static_resources.clusters[0].name", "shop"); },
        u"x"_s));
    QVERIFY(document->save());

    QCOMPARE(read(m_file), QByteArray(sample).replace("pay", "shop"));
    QVERIFY(QFileInfo(link).isSymLink());
    QCOMPARE(QFile::permissions(m_file), permissions);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 2); // Nothing else is left behind.
}

void TestDocument::savingNoticesThatTheFileChangedMeanwhile()
{
    Project project;
    Document* document = *project.open(m_file);
    document->apply(document->text() + "# mine\n", u"x"_s);
    write(m_file, sample + "# theirs\n");

    QVERIFY(document->hasChangedOnDisk());
    const auto saved = document->save();
    QVERIFY(!saved && saved.error().code == model::ErrorCode::Rejected);
    QVERIFY(read(m_file).endsWith("# theirs\n"));
    document->keepMine();
    QVERIFY(document->save());
    QVERIFY(read(m_file).endsWith("# mine\n"));
    write(m_file, sample);
    QVERIFY(document->reload());

    QCOMPARE(document->text(), sample.toStdString());
    QVERIFY(!document->isModified());
    document->history().undo();
    QVERIFY(document->text().ends_with("# mine\n"));
}

void TestDocument::aKilledProgramLosesAtMostASecond()
{
    QProcess writer;
    startWriter(writer, u"# typed"_s);
    QTest::qWait(1000);
    writer.kill(); // SIGKILL
    QVERIFY(writer.waitForFinished());
    QCOMPARE(writer.exitStatus(), QProcess::CrashExit);

    Project project;
    QSignalSpy restored(&project, &Project::draftRestored);
    Document* document = *project.open(m_file);

    QCOMPARE(restored.size(), 1);
    QCOMPARE(document->text(), sample.toStdString() + "# typed");
    QVERIFY(document->isModified() && document->isRestored());
    QCOMPARE(read(m_file), sample);
    QCOMPARE(drafts().size(), 1); // Now this program's own.
    document->history().undo();
    QCOMPARE(document->text(), sample.toStdString());
    QVERIFY(drafts().isEmpty());
}

void TestDocument::draftsOfARunningProgramAreLeftAlone()
{
    QProcess writer;
    startWriter(writer, u"# theirs"_s);
    QTRY_COMPARE_WITH_TIMEOUT(drafts().size(), 1, 3000);
    {
        Project project;
        Document* document = *project.open(m_file);
        QCOMPARE(document->text(), sample.toStdString());
        QCOMPARE(project.restoreDrafts(), 0);
    }
    QCOMPARE(drafts().size(), 1);
    writer.kill();
    QVERIFY(writer.waitForFinished());

    Project project;
    QVERIFY((*project.open(m_file))->text().ends_with("# theirs"));
    project.closeAll();
}

void TestDocument::aSavedDocumentLeavesNoDraft()
{
    Project project;
    Document* document = *project.open(m_file);
    document->apply(document->text() + "# mine\n", u"x"_s);
    QTRY_COMPARE_WITH_TIMEOUT(drafts().size(), 1, 2000);

    QVERIFY(document->save());

    QVERIFY(drafts().isEmpty());
}

QTEST_MAIN(TestDocument)
#include "tst_document.moc"
