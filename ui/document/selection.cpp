#include "ui/document/selection.h"

#include "ui/document/document.h"

namespace ui {

namespace {
constexpr std::size_t historyLimit = 200;
}

void Selection::select(Document* document, const QString& path)
{
    if (document == m_here.document && path == m_here.path) return;
    m_here = {document, path};
    if (document) {
        m_places.resize(static_cast<std::size_t>(m_at + 1));
        m_places.push_back(m_here);
        if (m_places.size() > historyLimit) m_places.erase(m_places.begin());
        m_at = static_cast<int>(m_places.size()) - 1;
    }
    Q_EMIT changed();
}

void Selection::forget(Document* document)
{
    std::erase_if(m_places, [&](const Place& place) { return place.document == document; });
    m_at = static_cast<int>(m_places.size()) - 1;
    if (m_here.document == document) {
        m_here = {};
        Q_EMIT changed();
    }
}

void Selection::go(int step)
{
    const int next = m_at + step;
    if (next < 0 || next >= static_cast<int>(m_places.size())) return;
    m_at = next;
    m_here = m_places[static_cast<std::size_t>(next)];
    Q_EMIT changed();
}

} // namespace ui
