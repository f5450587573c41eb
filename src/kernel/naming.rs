//! How are objects made and found by name, and which rights does the new handle get?

use super::Kernel;
use super::access::{AccessMask, STANDARD_RIGHTS};
use super::answer::{CallResult, Reply};
use super::cx::{Caller, Cx};
use super::effects::OpenReason;
use super::ids::ObjectId;
use super::namespace::ObjectName;
use super::objects::{Body, ObjectType, Typed, Widening};
use super::status::{Status, Win32Error};
use super::table::HandleAttributes;

impl ObjectType {
    /// The rights that an open grants which asks for `desired`: generic rights become the type's own, some rights bring
    /// others, and what the type does not know is refused (facts 7.10 to 7.13 and 9.22).
    ///
    /// ```
    /// use handlelab::kernel::{AccessMask, ObjectType, Status};
    ///
    /// let grant = |desired| ObjectType::Process.grant(AccessMask(desired));
    /// assert_eq!(grant(0x400), Ok(AccessMask(0x1400)), "PROCESS_QUERY_INFORMATION brings the limited right");
    /// assert_eq!(grant(0x0200_0000), Ok(AccessMask(0x1F_FFFF)), "MAXIMUM_ALLOWED");
    /// assert_eq!(grant(0), Err(Status::AccessDenied), "nobody opens a handle to do nothing");
    /// ```
    pub fn grant(self, desired: AccessMask) -> Result<AccessMask, Status> {
        let spec = self.spec();
        if desired.is_empty() {
            return Err(Status::AccessDenied);
        }
        if desired.intersects(AccessMask::SYSTEM_SECURITY) {
            return Err(Status::PrivilegeNotHeld);
        }
        let mapped = self.map(desired);
        let mut granted = mapped & !AccessMask::MAXIMUM_ALLOWED;
        if mapped.intersects(AccessMask::MAXIMUM_ALLOWED) {
            granted |= spec.generic.all;
        }
        if spec.valid_access.contains(granted) { Ok(granted) } else { Err(Status::AccessDenied) }
    }

    /// Replaces generic rights by the type's own and adds what they bring with them.
    pub fn map(self, desired: AccessMask) -> AccessMask {
        let spec = self.spec();
        let mut mapped = spec.generic.map(desired);
        for (right, brings) in spec.implied {
            if mapped.contains(*right) {
                mapped |= *brings;
            }
        }
        mapped
    }

    /// Rights in Win32's words: `EVENT_MODIFY_STATE | SYNCHRONIZE`, and 0 for none.
    pub fn access_in_words(self, access: AccessMask) -> String {
        let spec = self.spec();
        if access == spec.generic.all {
            return spec.all_access.to_owned();
        }
        let mut known: Vec<_> = spec.sets.iter().chain(spec.rights).chain(STANDARD_RIGHTS).collect();
        // Names that stand for several rights come first, and what they say is not said again.
        known.sort_by_key(|right| std::cmp::Reverse(right.mask.0.count_ones()));
        let (mut words, mut rest) = (Vec::new(), access);
        for right in known {
            if access.contains(right.mask) && rest.intersects(right.mask) {
                words.push(right.name.to_owned());
                rest = rest & !right.mask;
            }
        }
        if !rest.is_empty() || words.is_empty() {
            words.push(if access.is_empty() { "0".to_owned() } else { rest.to_string() });
        }
        words.join(" | ")
    }

    /// The rights of a duplicate that asks for `desired` of a handle with `source` (facts 3.16 to 3.21).
    pub(crate) fn grant_duplicate(
        self,
        kernel: &Kernel,
        source: AccessMask,
        desired: AccessMask,
    ) -> Result<AccessMask, Status> {
        let mut mapped = self.map(desired);
        if mapped.intersects(AccessMask::MAXIMUM_ALLOWED) {
            mapped = mapped & !AccessMask::MAXIMUM_ALLOWED;
            if kernel.options.dup_maximum_allowed == super::options::DupMaximumAllowed::Granted {
                mapped |= match self.spec().widening {
                    Widening::AskSecurity => self.spec().generic.all,
                    Widening::Refused => source,
                };
            }
        }
        if source.contains(mapped) {
            return Ok(mapped);
        }
        match self.spec().widening {
            Widening::AskSecurity if self.spec().valid_access.contains(mapped) => Ok(mapped),
            _ => Err(Status::AccessDenied),
        }
    }
}

impl Cx<'_> {
    /// Create*: makes an object and opens a handle with all rights; if the name exists already, opens that object
    /// (facts 7.01 to 7.05).
    pub(crate) fn create_named<B: Typed + Into<Body>>(
        &mut self,
        who: Caller,
        name: Option<&str>,
        inherit: bool,
        make: impl FnOnce(&mut Self) -> Result<B, Status>,
    ) -> CallResult {
        self.create_named_with(who, name, B::TYPE.spec().generic.all, inherit, make)
    }

    /// Create* of a type whose new handles do not have all rights.
    pub(crate) fn create_named_with<B: Typed + Into<Body>>(
        &mut self,
        who: Caller,
        name: Option<&str>,
        granted: AccessMask,
        inherit: bool,
        make: impl FnOnce(&mut Self) -> Result<B, Status>,
    ) -> CallResult {
        let attributes = HandleAttributes::inherit(inherit);
        let name = name.filter(|name| !name.is_empty()).map(ObjectName::parse).transpose()?;
        if let Some(id) = name.as_ref().and_then(|name| self.k.names.find(name)) {
            if self.k.objects.body::<B>(id).is_none() {
                return Err(Status::ObjectTypeMismatch.into());
            }
            let handle = self.open_handle(who.process, id, granted, attributes, || OpenReason::Open)?;
            return Ok(Reply {
                status: Status::ObjectNameExists,
                last_error: Some(Win32Error::ALREADY_EXISTS),
                ..Reply::handle(handle, id)
            });
        }
        self.k.room_for_handles(who.process, 1)?;
        let body = make(self)?;
        let id = self.create_object(body, None);
        if let Some(name) = name {
            self.add_name(id, name);
        }
        let handle = self.open_handle(who.process, id, granted, attributes, || OpenReason::Create)?;
        Ok(Reply { last_error: Some(Win32Error::SUCCESS), ..Reply::handle(handle, id) })
    }

    /// Open*: finds an object by its name and opens a handle with the rights that are asked for.
    pub(crate) fn open_named<B: Typed>(
        &mut self,
        who: Caller,
        desired: AccessMask,
        inherit: bool,
        name: Option<&str>,
    ) -> CallResult {
        let name = name.ok_or(Status::InvalidParameter)?;
        if name.is_empty() {
            // It leads to the directory itself, which is of no type that can be opened here.
            return Err(Status::ObjectTypeMismatch.into());
        }
        let name = ObjectName::parse(name)?;
        let id = self.k.names.find(&name).ok_or(Status::ObjectNameNotFound)?;
        if self.k.objects.body::<B>(id).is_none() {
            return Err(Status::ObjectTypeMismatch.into());
        }
        self.open_by_id(who, id, B::TYPE.grant(desired)?, inherit)
    }

    /// Opens a handle to an object that was found.
    pub(crate) fn open_by_id(
        &mut self,
        who: Caller,
        id: ObjectId,
        granted: AccessMask,
        inherit: bool,
    ) -> CallResult {
        let attributes = HandleAttributes::inherit(inherit);
        let handle = self.open_handle(who.process, id, granted, attributes, || OpenReason::Open)?;
        Ok(Reply::handle(handle, id))
    }
}
