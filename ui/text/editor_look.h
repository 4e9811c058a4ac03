// How the editor looks: lexer colours, margins, markers and indicators, out of the theme.
#pragma once

class QsciScintilla;

namespace ui::text {

/// Numbers of markers, indicators and margins; markers from 0 and indicators from 8 (below are the
/// lexer's) are the severities.
enum Look {
    MarginNumber = 0,
    MarginProblem = 1,
    MarginBlock = 2,
    MarginFold = 3,
    MarkBlock = 5,
    FirstIndicator = 8,
    AnnotationError = 60,
    AnnotationWarning = 61
};

/// Which lexer colours the text.
enum class Colours { Yaml, Json, None };
/// Gives the editor the theme's colours; again after each change of theme.
void dress(QsciScintilla& editor, Colours colours);

} // namespace ui::text
