// 1. Equal lines at both ends are put aside. 2. Between them a table of lengths of the longest common sequence, filled from
// the end, tells at each step which side to advance: time and memory are the product of both lengths, which step 1 keeps
// small and `mostLines` bounds. 3. A run of removed lines and the run of added lines after it share rows.
#include "ui/push/text_diff.h"

namespace ui::push {
namespace {

/// Runs of lines of one side only, which become rows together.
class Rows {
public:
    void remove(const QString& line) { m_removed << line; }
    void add(const QString& line) { m_added << line; }
    void keep(const QString& line)
    {
        flush();
        m_rows.push_back({line, line, true});
    }
    std::vector<DiffRow> take()
    {
        flush();
        return std::move(m_rows);
    }

private:
    void flush()
    {
        for (qsizetype i = 0; i < std::max(m_removed.size(), m_added.size()); ++i)
            m_rows.push_back(
                {i < m_removed.size() ? m_removed[i] : QString(), i < m_added.size() ? m_added[i] : QString(), false});
        m_removed.clear();
        m_added.clear();
    }
    QStringList m_removed, m_added;
    std::vector<DiffRow> m_rows;
};

/// Lengths of the longest common sequence of the tails, row by row.
std::vector<std::vector<int>> commonTails(const QStringList& before, const QStringList& after)
{
    std::vector<std::vector<int>> lengths(static_cast<std::size_t>(before.size()) + 1,
                                          std::vector<int>(static_cast<std::size_t>(after.size()) + 1));
    for (std::size_t i = lengths.size() - 1; i-- > 0;)
        for (std::size_t j = lengths[i].size() - 1; j-- > 0;)
            lengths[i][j] = before[static_cast<qsizetype>(i)] == after[static_cast<qsizetype>(j)]
                                ? lengths[i + 1][j + 1] + 1
                                : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    return lengths;
}

void pairMiddle(const QStringList& before, const QStringList& after, int mostLines, Rows& rows)
{
    if (before.size() > mostLines || after.size() > mostLines) {
        for (const QString& line : before) rows.remove(line);
        for (const QString& line : after) rows.add(line);
        return;
    }
    const auto lengths = commonTails(before, after);
    qsizetype i = 0, j = 0;
    while (i < before.size() || j < after.size()) {
        const auto length = [&](qsizetype a, qsizetype b) {
            return lengths[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
        };
        if (i < before.size() && j < after.size() && before[i] == after[j]) {
            rows.keep(before[i++]);
            ++j;
        } else if (j == after.size() || (i < before.size() && length(i + 1, j) >= length(i, j + 1))) {
            rows.remove(before[i++]);
        } else {
            rows.add(after[j++]);
        }
    }
}

} // namespace

std::vector<DiffRow> sideBySide(const QStringList& before, const QStringList& after, int mostLines)
{
    qsizetype head = 0, tail = 0;
    const qsizetype shorter = std::min(before.size(), after.size());
    while (head < shorter && before[head] == after[head]) ++head;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
    Rows rows;
    for (qsizetype i = 0; i < head; ++i) rows.keep(before[i]);
    pairMiddle(before.mid(head, before.size() - head - tail), after.mid(head, after.size() - head - tail), mostLines,
               rows);
    for (qsizetype i = before.size() - tail; i < before.size(); ++i) rows.keep(before[i]);
    return rows.take();
}

} // namespace ui::push
