//! Several tests at once.

/// p-values adjusted by Holm's method ("A simple sequentially rejective multiple test procedure", Scand. J. Statist.
/// 6, 1979), in the order given: the chance that any of those below α is a false alarm is at most α.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut greatest: f64 = 0.0;
    for (place, &index) in order.iter().enumerate() {
        let left = (p_values.len() - place) as f64;
        greatest = greatest.max((left * p_values[index]).min(1.0));
        adjusted[index] = greatest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_out_by_hand() {
        // 0.01 × 4, 0.0125 × 3 (raised to the one before), 0.03 × 2, 0.04 × 1 (raised).
        assert_eq!(holm(&[0.03, 0.01, 0.04, 0.0125]), [0.06, 0.04, 0.06, 0.04]);
        assert_eq!(holm(&[0.7, 0.6]), [1.0, 1.0]);
        assert_eq!(holm(&[0.2]), [0.2]);
        assert!(holm(&[]).is_empty());
    }
}
