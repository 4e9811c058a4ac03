#include "ui/text/editor_look.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <Qsci/qscilexerjson.h>
#include <Qsci/qscilexeryaml.h>
#include <Qsci/qsciscintilla.h>

#include <QPainter>

namespace ui::text {

using namespace Qt::Literals::StringLiterals;

namespace {

void colour(QsciLexer& lexer, std::initializer_list<std::pair<int, const char*>> styles)
{
    const Theme& theme = Theme::current();
    lexer.setDefaultFont(Theme::codeFont());
    lexer.setFont(Theme::codeFont());
    lexer.setDefaultPaper(theme.color("raised"));
    lexer.setPaper(theme.color("raised"));
    lexer.setDefaultColor(theme.color("text"));
    lexer.setColor(theme.color("text"));
    for (const auto& [style, token] : styles) lexer.setColor(theme.color(token), style);
}

void dressLexer(QsciScintilla& editor, bool json)
{
    QsciLexer* lexer = editor.lexer();
    if (!lexer || json != (qobject_cast<QsciLexerJSON*>(lexer) != nullptr)) {
        QsciLexer* before = lexer;
        if (json) lexer = new QsciLexerJSON(&editor);
        else lexer = new QsciLexerYAML(&editor);
        editor.setLexer(lexer);
        delete before;
    }
    if (json)
        colour(*lexer, {{QsciLexerJSON::Property, "accent"},
                        {QsciLexerJSON::String, "kind.cluster"},
                        {QsciLexerJSON::Number, "kind.route"},
                        {QsciLexerJSON::Keyword, "kind.virtualHost"},
                        {QsciLexerJSON::CommentLine, "muted"},
                        {QsciLexerJSON::Error, "severity.error"}});
    else
        colour(*lexer, {{QsciLexerYAML::Default, "kind.cluster"},
                        {QsciLexerYAML::Identifier, "accent"},
                        {QsciLexerYAML::Comment, "muted"},
                        {QsciLexerYAML::Keyword, "kind.virtualHost"},
                        {QsciLexerYAML::Number, "kind.route"},
                        {QsciLexerYAML::Reference, "kind.manager"},
                        {QsciLexerYAML::DocumentDelimiter, "muted"},
                        {QsciLexerYAML::TextBlockMarker, "text"},
                        {QsciLexerYAML::SyntaxErrorMarker, "severity.error"}});
    editor.setLexer(lexer);
}

QPixmap glyphPixmap(const QString& name, const QColor& color)
{
    QPixmap pixmap(14, 14);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    paintGlyph(painter, name, QRectF(0, 0, 14, 14), color);
    return pixmap;
}

void dressMarkers(QsciScintilla& editor)
{
    const Theme& theme = Theme::current();
    const QString glyphs[] = {u"error"_s, u"warning"_s, u"bulb"_s, u"info"_s};
    for (int i = 0; i < 4; ++i) {
        const QColor color = theme.severity(static_cast<model::Severity>(i));
        editor.markerDefine(glyphPixmap(glyphs[i], color), i);
        editor.indicatorDefine(QsciScintilla::SquiggleIndicator, FirstIndicator + i);
        editor.setIndicatorForegroundColor(color, FirstIndicator + i);
    }
    editor.markerDefine(QsciScintilla::FullRectangle, MarkBlock);
    editor.setMarkerBackgroundColor(theme.color("accent"), MarkBlock);
    editor.setMarkerForegroundColor(theme.color("accent"), MarkBlock);
}

void dressAnnotations(QsciScintilla& editor)
{
    const Theme& theme = Theme::current();
    const auto style = [&](int number, const char* ink, const char* paper) {
        const QColor text = theme.color(ink);
        const QColor fill = theme.color(paper);
        editor.SendScintilla(QsciScintillaBase::SCI_STYLESETFORE, number, text);
        editor.SendScintilla(QsciScintillaBase::SCI_STYLESETBACK, number, fill);
        editor.SendScintilla(QsciScintillaBase::SCI_STYLESETFONT, number, Theme::font().family().toUtf8().constData());
        editor.SendScintilla(QsciScintillaBase::SCI_STYLESETSIZE, number, 9L);
    };
    style(AnnotationError, "text", "severityTint.error");
    style(AnnotationWarning, "text", "severityTint.warning");
}

} // namespace

void dress(QsciScintilla& editor, Colours colours)
{
    const Theme& theme = Theme::current();
    if (colours != Colours::None) {
        dressLexer(editor, colours == Colours::Json);
    } else {
        editor.setFont(Theme::codeFont());
        editor.setColor(theme.color("text"));
    }
    editor.setMarginsFont(Theme::codeFont(11));
    editor.setMarginsBackgroundColor(theme.color("raised"));
    editor.setMarginsForegroundColor(theme.color("muted"));
    editor.setFoldMarginColors(theme.color("raised"), theme.color("raised"));
    editor.setCaretForegroundColor(theme.color("text"));
    editor.setCaretLineVisible(true);
    editor.setCaretLineBackgroundColor(theme.color("hover"));
    editor.setSelectionBackgroundColor(theme.color("selection"));
    editor.setSelectionForegroundColor(theme.color("text"));
    editor.setMatchedBraceBackgroundColor(theme.color("selection"));
    editor.setMatchedBraceForegroundColor(theme.color("text"));
    editor.setIndentationGuidesForegroundColor(theme.color("grid"));
    editor.setIndentationGuidesBackgroundColor(theme.color("grid"));
    editor.setPaper(theme.color("raised"));
    for (int i = static_cast<int>(QsciScintilla::SC_MARKNUM_FOLDEREND);
         i <= static_cast<int>(QsciScintilla::SC_MARKNUM_FOLDEROPEN); ++i) {
        editor.setMarkerForegroundColor(theme.color("raised"), i);
        editor.setMarkerBackgroundColor(theme.color("muted"), i);
    }
    dressMarkers(editor);
    dressAnnotations(editor);
}

} // namespace ui::text
