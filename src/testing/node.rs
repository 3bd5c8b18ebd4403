//! Running apps, each in a thread of its own.

use std::{net::TcpListener, panic::AssertUnwindSafe, sync::Arc, thread};

use actix_web::rt::System;
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::app::{App, AppBuilder};

/// Serves an app on a listener until the token is cancelled.
pub(super) type Serve =
    Arc<dyn Fn(App, TcpListener, CancellationToken) -> LocalBoxFuture<'static, ()> + Send + Sync>;

type Job = Box<dyn FnOnce(App) -> LocalBoxFuture<'static, ()> + Send>;

/// One running app in a thread of its own. Dropping it stops the app and waits for the thread.
pub(super) struct Node {
    pub(super) port: u16,
    jobs: mpsc::UnboundedSender<Job>,
    stop: CancellationToken,
    thread: Option<thread::JoinHandle<()>>,
}

impl Node {
    /// Builds and serves an app on `listener`; returns once it listens.
    pub(super) async fn start(builder: AppBuilder, listener: TcpListener, serve: Serve) -> Self {
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let (built, building) = oneshot::channel();
        let (jobs, mut waiting) = mpsc::unbounded_channel::<Job>();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let app = match Box::pin(builder.build()).await {
                    Ok(app) => app,
                    Err(error) => return drop(built.send(Err(error.to_string()))),
                };
                drop(built.send(Ok(())));
                let worker = app.clone();
                tokio::task::spawn_local(async move {
                    while let Some(job) = waiting.recv().await {
                        tokio::task::spawn_local(job(worker.clone()));
                    }
                });
                let db = app.db().clone();
                serve(app, listener, stopped).await;
                db.close().await;
            });
        });
        building
            .await
            .expect("the thread of the app answers")
            .unwrap_or_else(|error| panic!("the test app does not start: {error}"));
        Self { port, jobs, stop, thread: Some(thread) }
    }

    /// Runs a job in the thread of the app, to which its database connections belong.
    pub(super) async fn within<T, F>(&self, work: impl FnOnce(App) -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + 'static,
    {
        let (done, doing) = oneshot::channel();
        let caught = |app| AssertUnwindSafe(work(app)).catch_unwind();
        self.send(caught, move |result| drop(done.send(result)));
        let result = doing.await.expect("the job inside the app ends");
        // A panic of the job is resumed here.
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Runs a job like [`Node::within`], for callers that cannot await.
    pub(super) fn within_blocking<T, F>(&self, work: impl FnOnce(App) -> F + Send + 'static) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + 'static,
    {
        let (done, doing) = std::sync::mpsc::channel();
        self.send(work, move |result| drop(done.send(result)));
        doing.recv().ok()
    }

    fn send<T, F>(&self, work: impl FnOnce(App) -> F + Send + 'static, done: impl FnOnce(T) + Send + 'static)
    where
        F: Future<Output = T> + 'static,
    {
        let job: Job = Box::new(move |app| Box::pin(async move { done(work(app).await) }));
        // If the app is gone, the receiver is gone too, and the caller's receiver reports it.
        drop(self.jobs.send(job));
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the test app panicked");
        }
    }
}
