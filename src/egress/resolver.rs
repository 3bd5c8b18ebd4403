use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address::Networks, error::Blocked};

/// Finds the addresses of a name, at this moment.
pub(super) type Lookup = Arc<dyn Fn(Name) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Asks as the machine is told to.
pub(super) fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// Resolves names and drops every address that may not be connected to.
///
/// The connection is made to exactly the addresses returned here, so a name that changes its answer between
/// check and use gains nothing.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) networks: Networks,
    pub(super) plain_http: bool,
    pub(super) lookup: Lookup,
}

impl Guard {
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        if self.plain_http { self.networks.contains(address) } else { self.networks.allow(address) }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = (guard.lookup)(name).await?;
            let allowed = found.into_iter().filter(|address| guard.allows(*address));
            let allowed: Vec<SocketAddr> = allowed.map(|address| SocketAddr::new(address, 0)).collect();
            if allowed.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
