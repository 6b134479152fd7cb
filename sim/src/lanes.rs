//! 并行。 Stories side by side, as many at once as share a commit.

use fadu_app::Problem;
use std::future::Future;
use tokio::task::JoinSet;

/// Acts under way at once.
const AT_ONCE: usize = 256;

/// What came of each, in the order in which they were handed in: lanes finish in any order, and a year must not depend
/// on it. Errors: the first one met; what was under way goes on to its end.
pub(crate) async fn side_by_side<T, R, W, F>(all: Vec<T>, work: W) -> Result<Vec<R>, Problem>
where
    T: Send + 'static,
    R: Send + 'static,
    W: Fn(T) -> F + Clone + Send + 'static,
    F: Future<Output = Result<R, Problem>> + Send,
{
    let wide = AT_ONCE.min(all.len()).max(1);
    let mut lanes: Vec<Vec<(usize, T)>> = (0..wide).map(|_| Vec::new()).collect();
    for (n, one) in all.into_iter().enumerate() {
        lanes[n % wide].push((n, one));
    }
    let mut tasks = JoinSet::new();
    for lane in lanes {
        let work = work.clone();
        tasks.spawn(async move {
            let mut done = Vec::with_capacity(lane.len());
            for (n, one) in lane {
                done.push((n, work(one).await?));
            }
            Ok::<_, Problem>(done)
        });
    }
    let mut outcomes = Vec::new();
    while let Some(lane) = tasks.join_next().await {
        outcomes.extend(lane.map_err(|error| fadu_app::store::Fault::Engine(error.to_string()))??);
    }
    outcomes.sort_by_key(|(n, _)| *n);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
