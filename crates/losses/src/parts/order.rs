//! Putting values in order.
//!
//! Burn 0.22 has no sort on a GPU: its own reads the tensor back and sorts on the host, which a browser
//! cannot wait for. So there the order comes from a sorting network, which is nothing but comparisons of
//! the two halves of ever smaller blocks.

use burn::tensor::{DType, Device, IndexingUpdateOp, Int, Tensor};

/// The order of each row of `values`, largest first.
pub(crate) struct Order {
    /// `[rows, n]`: which column of `values` is the first, the second, ….
    pub(crate) columns: Tensor<2, Int>,
}

impl Order {
    /// Equal values stay in their order on the CPU; elsewhere any order of them may come out.
    pub(crate) fn descending(values: &Tensor<2>) -> Self {
        let values = values.clone().without_autodiff();
        let columns = if values.device() == Device::flex() {
            stable_argsort(values)
        } else {
            network_argsort(values)
        };
        Self { columns }
    }

    /// The values in this order.
    pub(crate) fn arrange(&self, values: &Tensor<2>) -> Tensor<2> {
        values.clone().gather(1, self.columns.clone())
    }

    /// Back: what stands at the k-th place goes to the column that the k-th place came from.
    pub(crate) fn put_back(&self, arranged: Tensor<2>) -> Tensor<2> {
        let [rows, count] = arranged.dims();
        let starts = Tensor::<1, Int>::arange(0..rows as i64, &arranged.device()) * count as i64;
        let places = self.columns.clone() + starts.reshape([rows, 1]);
        let flat: Tensor<1> = arranged.reshape([rows * count]);
        // Every place is there once. This kernel works in parallel; that of `scatter` goes row by row.
        flat.zeros_like()
            .scatter_nd(
                places.reshape([rows * count, 1]),
                flat,
                IndexingUpdateOp::Assign,
            )
            .reshape([rows, count])
    }
}

/// By Burn's sort, which does not keep the order of equal values: a second one, by the number of the run
/// of equal values and then by column, does.
fn stable_argsort(values: Tensor<2>) -> Tensor<2, Int> {
    let [rows, count] = values.dims();
    let device = values.device();
    let (sorted, columns) = values.sort_descending_with_indices(1);
    if count == 1 {
        return columns;
    }
    let falls = sorted
        .clone()
        .narrow(1, 1, count - 1)
        .lower(sorted.narrow(1, 0, count - 1));
    let first = Tensor::<2>::zeros([rows, 1], (&device, DType::F64));
    let run = Tensor::cat(vec![first, falls.float().cast(DType::F64)], 1).cumsum(1);
    // Whole numbers below 2⁵³: exact in float64.
    let rank = run * count as f64 + columns.clone().float().cast(DType::F64);
    columns.gather(1, rank.argsort(1))
}

/// By a bitonic sorting network on tensors. Columns are counted in the type of the values: in float32 up to
/// 2²⁴ of them.
fn network_argsort(values: Tensor<2>) -> Tensor<2, Int> {
    let [rows, count] = values.dims();
    let width = count.next_power_of_two();
    let device = values.device();
    let dtype = values.dtype();
    let columns = Tensor::<1, Int>::arange(0..width as i64, &device)
        .float()
        .cast(dtype)
        .reshape([1, width])
        .repeat_dim(0, rows);
    let values = if width == count {
        values
    } else {
        // Smaller than any value: the padding ends up behind them.
        let padding = Tensor::full([rows, width - count], f64::from(f32::MIN), (&device, dtype));
        Tensor::cat(vec![values, padding], 1)
    };
    // Keys and the columns they came from, side by side: one pass moves both.
    let mut pairs = Tensor::stack::<3>(vec![values, columns], 0);
    let mut block = 2;
    while block <= width {
        // Two sorted halves: comparing the first with the mirrored second leaves every value of the one
        // half above every value of the other, each half bitonic.
        pairs = exchange(pairs, rows, block / 2, true);
        let mut half = block / 4;
        while half >= 1 {
            pairs = exchange(pairs, rows, half, false);
            half /= 2;
        }
        block *= 2;
    }
    let columns = pairs.narrow(0, 1, 1).reshape([rows, width]);
    columns.narrow(1, 0, count).int()
}

/// Compares the values of each block of `2 half` with those `half` further on, or, mirrored, with those as
/// far from the block's end as they are from its beginning, and puts the larger first.
fn exchange(pairs: Tensor<3>, rows: usize, half: usize, mirrored: bool) -> Tensor<3> {
    let dims = pairs.dims();
    let blocks = rows * dims[2] / (2 * half);
    let pairs = pairs.reshape([2, blocks, 2, half]);
    let first = pairs.clone().narrow(2, 0, 1);
    let second = pairs.narrow(2, 1, 1);
    let second = if mirrored && half > 1 {
        second.flip([3])
    } else {
        second
    };
    let swap = first
        .clone()
        .narrow(0, 0, 1)
        .lower(second.clone().narrow(0, 0, 1))
        .repeat_dim(0, 2);
    let high = first.clone().mask_where(swap.clone(), second.clone());
    let low = second.mask_where(swap, first);
    let low = if mirrored && half > 1 {
        low.flip([3])
    } else {
        low
    };
    Tensor::cat(vec![high, low], 2).reshape(dims)
}

/// Running sums along each row: in blocks, because Burn's own on a GPU adds up every prefix anew.
pub(crate) fn running_sums(values: Tensor<2>) -> Tensor<2> {
    if values.device() == Device::flex() {
        return values.cumsum(1);
    }
    let block = (values.dims()[1] as f64).sqrt().ceil() as usize;
    sums_of_blocks(values, block)
}

fn sums_of_blocks(values: Tensor<2>, block: usize) -> Tensor<2> {
    let [rows, count] = values.dims();
    let blocks = count.div_ceil(block);
    let values = if blocks * block == count {
        values
    } else {
        let missing = [rows, blocks * block - count];
        let padding = Tensor::zeros(missing, (&values.device(), values.dtype()));
        Tensor::cat(vec![values, padding], 1)
    };
    let within = values.reshape([rows, blocks, block]).cumsum(2);
    let totals = within.clone().narrow(2, block - 1, 1);
    let before = totals.clone().cumsum(1) - totals;
    (within + before)
        .reshape([rows, blocks * block])
        .narrow(1, 0, count)
}

/// The `rank`-th largest of all values, counted from 1; without gradient.
pub(crate) fn ranked(values: &Tensor<3>, rank: usize) -> Tensor<3> {
    let count = values.dims().iter().product::<usize>();
    let row = values.clone().without_autodiff().reshape([1, count]);
    let sorted = Order::descending(&row).arrange(&row);
    sorted.narrow(1, rank - 1, 1).reshape([1, 1, 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::TensorData;

    /// Pseudo-random values with many equal ones.
    fn values(rows: usize, count: usize, different: u64) -> Tensor<2> {
        let mut state = 7_u64;
        let values: Vec<f32> = (0..rows * count)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                ((state >> 33) % different) as f32 - 3.0
            })
            .collect();
        Tensor::from_data(TensorData::new(values, [rows, count]), &Device::flex())
    }

    fn list(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    #[test]
    fn the_network_orders_as_the_sort_does() {
        for (rows, count) in [(1, 1), (1, 2), (2, 3), (3, 8), (2, 100), (1, 1000)] {
            for different in [2, 9, 1 << 20] {
                let values = values(rows, count, different);
                let expected = list(values.clone().sort_descending(1));
                for columns in [
                    network_argsort(values.clone()),
                    stable_argsort(values.clone()),
                ] {
                    let order = Order { columns };
                    let arranged = order.arrange(&values);
                    assert_eq!(list(arranged.clone()), expected, "{rows}×{count}");
                    assert_eq!(list(order.put_back(arranged)), list(values.clone()));
                }
            }
        }
    }

    #[test]
    fn sums_of_blocks_are_running_sums() {
        for (rows, count, block) in [(1, 1, 1), (2, 9, 3), (3, 10, 4), (1, 200, 15)] {
            let values = values(rows, count, 9);
            let expected = list(values.clone().cumsum(1));
            assert_eq!(list(sums_of_blocks(values, block)), expected);
        }
    }

    #[test]
    fn equal_values_keep_their_order_on_the_cpu() {
        let values = Tensor::<2>::from_data([[1.0, 5.0, 1.0, 5.0, 1.0, 9.0]], &Device::flex());
        let columns = Order::descending(&values).columns;
        let columns: Vec<i64> = columns.into_data().iter::<i64>().collect();
        assert_eq!(columns, [5, 1, 3, 0, 2, 4]);
    }
}
