// What a user does at the desk: open the demo, click a node, type into a field, push.
#pragma once

#include "tests/app/desktop/desk.h"
#include "ui/forms/node_form.h"
#include "ui/graph/graph_view.h"
#include "ui/push/review_panel.h"
#include "ui/window/form_panel.h"
#include "ui/window/inspector.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>

const QString cluster = QStringLiteral("static_resources.clusters[0]");
const QString rejectedField =
    QStringLiteral("close_connections_on_host_health_failure"); // The bundled proxy does not know it.

/// Starts the demo and waits until it runs what was pushed; returns the document of service-b.
inline ui::Document* openDemo(Desk& desk)
{
    const auto started = desk.session.startDemo();
    if (!started) qFatal("%s", started.error().text().c_str());
    if (!QTest::qWaitFor([&] { return desk.isDemoUp() && desk.session.answered() > 5; }, 30000))
        qFatal("the demo did not come up");
    return desk.project.findProxy(QStringLiteral("service-b"));
}

/// Clicks the node of a place, as with the mouse.
inline ui::Document* selectInGraph(Desk& desk, const QString& proxy, const QString& path)
{
    auto& view = desk.window.graphView();
    auto& scene = view.graphScene();
    ui::Document* document = desk.project.findProxy(proxy);
    const ui::NodeItem* wanted = nullptr;
    const bool found = QTest::qWaitFor([&] {
        for (const ui::NodeItem* item : scene.nodeItems()) {
            const auto& node = scene.node(item->index());
            if (node.document == desk.project.indexOf(document) && node.path == path.toStdString()) wanted = item;
        }
        return wanted != nullptr;
    });
    if (!found) return nullptr;
    view.centerOn(wanted);
    const QPoint at = view.mapFromScene(wanted->mapToScene(wanted->body().center()));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at);
    return desk.project.selection().document() == document && desk.project.selection().path() == path ? document
                                                                                                      : nullptr;
}

/// Types a value into a field of the form and presses Enter.
inline void type(Desk& desk, const QString& path, const QString& value)
{
    auto& form = desk.window.inspector().form().form();
    QTRY_COMPARE(form.path(), desk.project.selection().path());
    if (!form.editor(path)) form.showMore(form.path());
    QTRY_VERIFY(form.editor(path));
    QWidget* editor = form.editor(path);
    auto* combo = qobject_cast<QComboBox*>(editor);
    auto* line = combo && combo->isEditable() ? combo->lineEdit() : qobject_cast<QLineEdit*>(editor);
    if (line) {
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, value);
        QTest::keyClick(line, Qt::Key_Return);
        return;
    }
    QVERIFY2(combo, editor->metaObject()->className());
    const int index = value.isEmpty() ? 0 : combo->findText(value); // The first is "not set".
    QVERIFY(index >= 0);
    combo->setCurrentIndex(index);
    Q_EMIT combo->activated(index);
}

/// Ctrl+Enter opens the review, Enter confirms it.
inline void pushByKeys(Desk& desk)
{
    auto& review = desk.window.review();
    QTest::keyClick(&desk.window, Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY(review.isVisible() && review.pushButton().isEnabled());
    desk.keep(QStringLiteral("review-v%1").arg(review.review().version));
    QTest::keyClick(&review.tree(), Qt::Key_Return);
    QVERIFY(!review.isVisible());
    QTest::keyClick(&desk.window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier); // Back to the form.
}
