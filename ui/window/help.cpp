#include "ui/window/help.h"

#include <QAction>
#include <QApplication>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace ui {

namespace {

QString row(const QString& keys, const QString& text)
{
    return QStringLiteral("<tr><td style='padding-right:18px'><code>%1</code></td><td>%2</td></tr>")
        .arg(keys.toHtmlEscaped(), text.toHtmlEscaped());
}

QString heading(const QString& text) { return QStringLiteral("<h3>%1</h3>").arg(text); }

} // namespace

Help::Help(QWidget& window) : QDialog(&window)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Help"));
    resize(520, 620);
    auto* text = new QTextBrowser(this);
    text->setFrameShape(QFrame::NoFrame);
    text->setOpenExternalLinks(true);
    text->setAccessibleName(tr("Shortcuts and licence"));
    text->setHtml(about() + heading(tr("Keys")) + QStringLiteral("<table>") + shortcuts(window) +
                  QStringLiteral("</table>"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 4, 8);
    column->addWidget(text);
}

QString Help::shortcuts(const QWidget& window)
{
    QString rows;
    for (const QAction* action : window.findChildren<QAction*>()) {
        if (action->shortcuts().isEmpty()) continue;
        const QString name = action->property("name").toString();
        rows += row(QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText),
                    name.isEmpty() ? action->text().remove(u'&') : name);
    }
    const std::pair<const char*, QString> more[] = {
        {"Arrows", tr("Graph: next node in that direction")},
        {"Return", tr("Graph: edit the node in the form")},
        {"F2, Delete", tr("Graph: rename, delete the node")},
        {"+, −", tr("Graph: unfold, fold the proxy")},
        {"Space and drag", tr("Graph: pan")},
        {"Alt+Up, Alt+Down", tr("Form: move the item of a list")},
        {"F1", tr("Form: more of the documentation")},
        {"F12", tr("Form and text: go to the cluster or route that is named")},
        {"Ctrl+Space", tr("Text: what can be written here")},
        {"Ctrl+.", tr("Text and problems: quick fix")},
        {"F3, Shift+F3", tr("Text: find next, previous")},
        {"Return", tr("Problems: go there")}};
    for (const auto& [keys, text] : more) rows += row(QString::fromUtf8(keys), text);
    return rows;
}

QString Help::about()
{
    return heading(tr("Meshwright %1").arg(QApplication::applicationVersion())) +
           tr("<p>A workbench for Envoy meshes: see, edit, check, push and watch.</p>"
              "<p>This program is free software under the GNU General Public License, version 3 or later: you may use, "
              "study, share and change "
              "it. It comes without any warranty. The whole text is in the file LICENSE.</p>"
              "<p>Made with Qt %1, QScintilla, QCustomPlot, Protobuf, gRPC, yaml-cpp and simdjson.</p>")
               .arg(QString::fromLatin1(qVersion()));
}

} // namespace ui
