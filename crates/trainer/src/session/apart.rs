//! Lanes that take their steps in another session, of another thread that shares no memory with this one: a lane goes
//! there and comes back as bytes.

use losscope_unet::State;
use serde::{Deserialize, Serialize};

use super::Session;
use crate::checkpoint::SavedLane;
use crate::lane::Lane;
use crate::timeline::Timeline;
use crate::{StepReport, TrainerError};

/// A lane on its way between two sessions of the same experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneParcel {
    lane: SavedLane,
    state: State,
    /// What it was at some of the steps that it made there, in order.
    moments: Vec<(usize, Vec<f32>)>,
}

/// What stands before the numbers.
#[derive(Serialize, Deserialize)]
struct Label {
    lane: SavedLane,
    parameters: usize,
    moments: Vec<usize>,
}

impl LaneParcel {
    /// The parcel as bytes, for a session of the same Losscope: JSON, its length before it, and all numbers behind it.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn to_bytes(&self) -> Result<Vec<u8>, TrainerError> {
        let label = serde_json::to_vec(&Label {
            lane: self.lane.clone(),
            parameters: self.state.parameters.len(),
            moments: self.moments.iter().map(|(step, _)| *step).collect(),
        })?;
        let State {
            parameters,
            first,
            second,
        } = &self.state;
        let moments = self.moments.iter().map(|(_, parameters)| parameters);
        let numbers = [parameters, first, second].into_iter().chain(moments);
        let mut bytes = (label.len() as u32).to_le_bytes().to_vec();
        bytes.extend(label);
        for number in numbers.flatten() {
            bytes.extend(number.to_le_bytes());
        }
        Ok(bytes)
    }

    /// The parcel that [`LaneParcel::to_bytes`] made.
    ///
    /// # Errors
    /// When the bytes are something else, or not all of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TrainerError> {
        let broken = || TrainerError::Parcel;
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(broken)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (label, numbers) = rest.split_at_checked(length).ok_or_else(broken)?;
        let Label {
            lane,
            parameters,
            moments,
        } = serde_json::from_slice(label).map_err(|_| broken())?;
        let numbers: Vec<f32> = numbers
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        if parameters == 0 || numbers.len() != parameters.saturating_mul(3 + moments.len()) {
            return Err(broken());
        }
        let mut parts = numbers.chunks_exact(parameters).map(<[f32]>::to_vec);
        let mut part = || parts.next().unwrap_or_default();
        let state = State {
            parameters: part(),
            first: part(),
            second: part(),
        };
        Ok(Self {
            lane,
            state,
            moments: moments.into_iter().zip(parts).collect(),
        })
    }
}

impl Session {
    /// A lane as it is, to take steps in another session.
    ///
    /// # Errors
    /// When there is no such lane, or the device fails.
    pub async fn pack(&self, lane: u32) -> Result<LaneParcel, TrainerError> {
        let position = self.position(lane)?;
        Ok(LaneParcel {
            lane: self.lanes[position].saved(),
            state: self.networks.state(position).await?,
            moments: Vec::new(),
        })
    }

    /// A lane becomes what it has become elsewhere; what it was on the way is kept where [`Session::keep_past`] would.
    ///
    /// # Errors
    /// When there is no such lane here, or its network is of another size.
    pub fn unpack(&mut self, parcel: LaneParcel) -> Result<(), TrainerError> {
        let position = self.position(parcel.lane.id)?;
        if parcel.state.parameters.len() != self.networks.layout().len {
            return Err(TrainerError::Parcel);
        }
        let id = parcel.lane.id;
        if let Some(timeline) = &mut self.timeline {
            for (step, parameters) in parcel.moments {
                // Keeping one may have made moments sparser.
                if timeline.wants(id, step) {
                    timeline.keep(id, step, parameters);
                }
            }
        }
        self.lanes[position] = Lane::restored(parcel.lane);
        self.networks.set(position, parcel.state);
        Ok(())
    }

    /// Makes `count` steps with a lane of another session, which keeps earlier steps `every` so many
    /// ([`Session::past_every`]): [`Session::step_lane`], of which the lane's session has only its bytes.
    ///
    /// # Errors
    /// As [`Session::unpack`] and [`Session::step_lane`].
    pub async fn step_parcel(
        &mut self,
        parcel: LaneParcel,
        count: usize,
        every: usize,
    ) -> Result<(Vec<StepReport>, LaneParcel), TrainerError> {
        let (id, began) = (parcel.lane.id, parcel.lane.step);
        self.timeline = Some(Timeline::new(usize::MAX, every));
        self.unpack(parcel)?;
        let reports = self.step_lane(id, count).await?;
        let mut packed = self.pack(id).await?;
        let passed = self.timeline.take();
        packed.moments = passed.map_or_else(Vec::new, |timeline| timeline.of(id));
        packed.moments.retain(|(step, _)| *step > began);
        Ok((reports, packed))
    }

    /// From how many steps one is kept ([`Session::keep_past`]); 1 where none is.
    pub fn past_every(&self) -> usize {
        self.timeline.as_ref().map_or(1, Timeline::every)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::Checkpoint;
    use crate::session::example::session;

    #[test]
    fn a_lane_that_steps_elsewhere_comes_back_as_if_it_had_stayed() {
        pollster::block_on(async {
            let (mut stays, mut sends) = (session(), session());
            for session in [&mut stays, &mut sends] {
                session.keep_past(1 << 20, 2).await.unwrap();
            }
            let bytes = sends.checkpoint().await.unwrap();
            let checkpoint = Checkpoint::from_bytes(&bytes).unwrap();
            let mut other =
                Session::restore(checkpoint, sends.dataset().clone(), &Device::flex()).unwrap();
            for _ in 0..3 {
                let expected = stays.step_lane(0, 3).await.unwrap();
                let also = stays.step_lane(1, 3).await.unwrap();

                let parcel = sends.pack(1).await.unwrap().to_bytes().unwrap();
                let parcel = LaneParcel::from_bytes(&parcel).unwrap();
                let every = sends.past_every();
                let (reports, parcel) = other.step_parcel(parcel, 3, every).await.unwrap();
                assert_eq!(sends.step_lane(0, 3).await.unwrap(), expected);
                let bytes = parcel.to_bytes().unwrap();
                sends
                    .unpack(LaneParcel::from_bytes(&bytes).unwrap())
                    .unwrap();
                assert_eq!(reports, also);
            }
            // Not checkpoints' bytes, in which the order of the metadata is any.
            for lane in [0, 1] {
                let [here, there] = [stays.pack(lane).await, sends.pack(lane).await];
                assert_eq!(here.unwrap(), there.unwrap(), "lane {lane}");
            }
            // What they were on the way is the same, too.
            assert_eq!(sends.past(), stays.past());
            assert!(sends.past().len() > 3, "{:?}", sends.past());
            let cut = stays
                .most_foreground(0, losscope_datasets::Axis::Axial)
                .unwrap();
            for step in stays.past() {
                let [here, there] = [&mut stays, &mut sends].map(|session| {
                    let seen = pollster::block_on(session.snapshot_past(1, 0, cut, step)).unwrap();
                    (seen[0].step, seen[0].loss)
                });
                assert_eq!(here, there);
            }
        });
    }

    #[test]
    fn bytes_that_are_no_parcel_are_refused() {
        pollster::block_on(async {
            let mut session = session();
            let parcel = session.pack(1).await.unwrap();
            let bytes = parcel.to_bytes().unwrap();
            assert_eq!(LaneParcel::from_bytes(&bytes).unwrap(), parcel);
            for length in [0, 3, 10, bytes.len() - 4] {
                assert!(
                    LaneParcel::from_bytes(&bytes[..length]).is_err(),
                    "{length}"
                );
            }
            let mut elsewhere = parcel.clone();
            elsewhere.lane.id = 7;
            assert!(session.unpack(elsewhere).is_err());
            let mut smaller = parcel;
            smaller.state.parameters.pop();
            assert!(session.unpack(smaller).is_err());
        });
    }
}
