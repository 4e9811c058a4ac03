#include "ui/forms/node_form.h"
#include "ui/text/text_editor.h"
#include "ui/window/form_panel.h"
#include "ui/window/panel_stack.h"
#include "ui/window/text_panels.h"

#include <QtTest>

using namespace ui;

namespace {
const char* const sample = "static_resources:\n  clusters:\n  - name: pay\n    connect_timeout: 3s\n  - name: cart\n";
}

class TestPanels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void formEditsTheSelectedDocument()
    {
        Project project;
        FormPanel panel(project);
        Document* document = project.add(QStringLiteral("a"), sample);
        project.selection().select(document, QStringLiteral("static_resources.clusters[0]"));
        const QString path = QStringLiteral("static_resources.clusters[0].connect_timeout");
        QTRY_VERIFY(panel.form().editor(path));
        Q_EMIT panel.form().spliceRequested(QStringLiteral("Set"), path, QStringLiteral("5s"));
        QVERIFY(document->text().find("connect_timeout: 5s") != std::string::npos);
        document->history().undo();
        QCOMPARE(document->text(), std::string(sample));
        Q_EMIT panel.form().switchRequested(QStringLiteral("Switch"), path,
                                            QStringLiteral("static_resources.clusters[0].type"),
                                            QStringLiteral("STATIC"));
        QVERIFY(document->text().find("connect_timeout") == std::string::npos);
        QVERIFY(document->text().find("type: STATIC") != std::string::npos);
        document->history().undo();
        QCOMPARE(document->text(), std::string(sample));
    }

    void typingInOneBurstUndoesTogetherAndComesBack()
    {
        Project project;
        PanelStack stack(QStringLiteral("Canvas"));
        TextPanels panels(project, stack);
        Document* document = project.add(QStringLiteral("a"), sample);
        auto* editor = panels.editor(document);
        QVERIFY(editor);
        QCOMPARE(stack.count(), 1);
        Q_EMIT editor->textEdited(std::string(sample) + "#", 7);
        Q_EMIT editor->textEdited(std::string(sample) + "# a", 7);
        QCOMPARE(document->history().count(), 1);
        document->history().undo();
        QCOMPARE(editor->text(), std::string(sample));
        panels.open(document);
        project.close(document);
        QCOMPARE(stack.count(), 0);
    }
};

QTEST_MAIN(TestPanels)
#include "tst_window.moc"
