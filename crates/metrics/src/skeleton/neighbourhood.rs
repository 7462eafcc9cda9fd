//! What taking a cell away does to the 26 cells around it.
//!
//! A neighbourhood is 27 bits: the cell at depth z, row y and column x from 0 to 2 is bit 9 z + 3 y + x.

/// The cell itself.
const CENTRE: u32 = 1 << 13;

/// Which cells of a neighbourhood touch which.
pub(super) struct Topology {
    /// For each cell, those that share at least a corner with it, apart from the centre.
    touching: [u32; 27],
    /// For each of the centre's 8 corners, 12 edges and 6 faces, the other cells that have it too, and how it
    /// counts in Euler's formula.
    parts: [(u32, i32); 26],
}

impl Topology {
    pub(super) fn new() -> Self {
        let position = |cell: usize| [cell / 9, cell / 3 % 3, cell % 3];
        let cells = |is_in: &dyn Fn([usize; 3]) -> bool| {
            (0..27)
                .filter(|&cell| is_in(position(cell)))
                .fold(0u32, |bits, cell| bits | 1 << cell)
                & !CENTRE
        };
        let touching = std::array::from_fn(|cell| {
            let here = position(cell);
            cells(&|there| (0..3).all(|axis| here[axis].abs_diff(there[axis]) <= 1)) & !(1 << cell)
        });
        // Towards each of the 26 neighbours lies one corner, edge or face of the centre, and the cells that
        // have it lie nowhere beyond that neighbour.
        let mut parts = [(0, 0); 26];
        let directions = (0..27).filter(|&cell| cell != 13);
        for (part, direction) in parts.iter_mut().zip(directions) {
            let towards = position(direction);
            let sides = towards.iter().filter(|&&step| step != 1).count();
            *part = (
                cells(&|there| (0..3).all(|axis| there[axis] == 1 || there[axis] == towards[axis])),
                // Corners (three sides) and faces (one) count for, edges against.
                if sides == 2 { -1 } else { 1 },
            );
        }
        Self { touching, parts }
    }

    /// Whether the cell has just one neighbour.
    pub(super) fn is_end(&self, around: u32) -> bool {
        (around & !CENTRE).count_ones() == 1
    }

    /// Whether the Euler characteristic is the same without the cell: whether what the cell has in common
    /// with its neighbours has the characteristic of the cell, 1.
    pub(super) fn keeps_euler(&self, around: u32) -> bool {
        let common: i32 = self
            .parts
            .iter()
            .filter(|(cells, _)| around & cells != 0)
            .map(|(_, sign)| sign)
            .sum();
        common == 1
    }

    /// Whether the neighbours are in one piece without the cell. Without neighbours there is none: the last
    /// cell of a piece stays.
    pub(super) fn keeps_connection(&self, around: u32) -> bool {
        let neighbours = around & !CENTRE;
        if neighbours == 0 {
            return false;
        }
        // Grow a piece from one of them.
        let mut piece = neighbours & neighbours.wrapping_neg();
        let mut rim = piece;
        while rim != 0 {
            let cell = rim.trailing_zeros() as usize;
            rim &= rim - 1;
            let more = self.touching[cell] & neighbours & !piece;
            piece |= more;
            rim |= more;
        }
        piece == neighbours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_edges_and_faces_make_a_ball() {
        let topology = Topology::new();
        // With all neighbours there, the whole surface of the cell is common to them: 8 − 12 + 6.
        let all = (1 << 27) - 1;
        let sum: i32 = topology.parts.iter().map(|(_, sign)| sign).sum();
        assert_eq!(sum, 2);
        assert!(!topology.keeps_euler(all), "taking it away makes a cavity");
        assert!(
            !topology.keeps_euler(CENTRE),
            "taking it away loses a piece"
        );
        assert!(
            topology.keeps_euler(CENTRE | 1),
            "a corner is enough to hang on"
        );
    }

    #[test]
    fn two_neighbours_apart_are_two_pieces() {
        let topology = Topology::new();
        assert!(!topology.keeps_connection(CENTRE | 1 | 1 << 26));
        assert!(topology.keeps_connection(CENTRE | 1 | 1 << 1));
        assert!(!topology.keeps_connection(CENTRE), "the last of its piece");
        assert!(topology.is_end(CENTRE | 1 << 4) && !topology.is_end(CENTRE));
    }
}
