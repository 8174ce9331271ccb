// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <QWidget>

#include "topology/layout/layout.hpp"
#include "views/diagram/diagram.hpp"
#include "views/widgets/kit/diagram_camera.hpp"
#include "views/widgets/kit/diagram_foot.hpp"
#include "views/widgets/kit/diagram_item.hpp"
#include "views/widgets/kit/diagram_painter.hpp"
#include "views/widgets/kit/painted_parts.hpp"

namespace vnscope::views::widgets::kit {

/// A diagram to look around in:
///
///   wheel, + -         zoom at the pointer, at the middle; 0: everything, however small
///   drag, arrows       move
///   click, Tab, Enter  choose a box or line; the next box; activate it
///   L                  the next line of the chosen box; Esc: choose nothing
class DiagramView final : public QWidget, public PaintedParts {
    Q_OBJECT

public:
    using Item = DiagramItem;

    explicit DiagramView(QWidget* parent = nullptr);

    /// `placement` is that of diagram::layoutRequest(diagram). What was chosen stays so if it is in the new diagram.
    void setDiagram(diagram::Diagram diagram, vnscope::topology::layout::Placement placement);
    [[nodiscard]] const diagram::Diagram& diagram() const { return m_diagram; }
    /// One for each line, 0..1 of the heaviest.
    void setWeights(const std::vector<double>& weights);
    /// Below the diagram's own.
    void setRemarks(QStringList remarks);
    /// What is chosen is the view's own affair: the current box and line are not taken from here.
    void setEmphasis(Emphasis emphasis);
    [[nodiscard]] const Emphasis& emphasis() const { return m_emphasis; }

    [[nodiscard]] const std::optional<Item>& current() const { return m_current; }
    /// Moves the picture so that `item` can be seen.
    void setCurrent(const std::optional<Item>& item);

    void fit();
    void zoom(double factor, QPointF about);
    [[nodiscard]] double scale() const { return m_camera.scale; }
    /// Where boxes are, in the widget.
    [[nodiscard]] QRectF boxRect(std::size_t index) const;
    /// Boxes hide lines.
    [[nodiscard]] std::optional<Item> itemAt(QPointF position) const;
    /// As HTML in which names are harmless.
    [[nodiscard]] QString toolTipOf(const Item& item) const;

    /// Boxes, for screen readers.
    [[nodiscard]] int partCount() const override { return static_cast<int>(m_diagram.boxes.size()); }
    [[nodiscard]] Part part(int index) const override;
    void pressPart(int index) override;

    /// Paints everything into a picture of any size, larger ones with larger letters (picture_scale.hpp).
    void renderTo(QPainter& painter, const QSizeF& size) const;

    [[nodiscard]] QSize sizeHint() const override { return {700, 420}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 120}; }

signals:
    void boxActivated(std::size_t index);
    void lineActivated(std::size_t index);
    void currentChanged();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool isNext) override;

private:
    void home();
    void take(const DiagramCamera& camera);
    [[nodiscard]] DiagramFoot foot(double width) const;
    [[nodiscard]] QSizeF roomIn(const QSizeF& size) const;
    void paintAll(QPainter& painter, const QSizeF& size, const DiagramCamera& camera, const Emphasis& emphasis) const;
    void paintHint(QPainter& painter) const;
    void activate();
    void moveBy(QPointF by);
    void showItem(const Item& item);
    void nextLine();
    void describe();

    diagram::Diagram m_diagram;
    vnscope::topology::layout::Placement m_placement;
    QStringList m_remarks;
    Emphasis m_emphasis;
    std::optional<Item> m_current;
    DiagramCamera m_camera;
    bool m_isHome = true; ///< As home() shows it; until somebody zooms or moves.
    bool m_isPressed = false;
    bool m_isDragged = false;
    QPointF m_pressedAt;
};

} // namespace vnscope::views::widgets::kit
