"""users.*, usergroups.*, bots.info, auth.test: who is there."""

from __future__ import annotations

from workbench import shapes
from workbench.calls import Args, Method, Refused, page
from workbench.people import Person
from workbench.space import Space
from workbench.workspace import GroupEntry, Json

SLACKBOT = Person(id="USLACKBOT", name="slackbot", real_name="Slackbot")


def with_email(space: Space) -> bool:
    return space.manifest.scopes is None or "users:read.email" in space.manifest.scopes


def person(space: Space, args: Args) -> Person:
    found = space.people.get(args.need("user", error="user_not_found"))
    if found is None:
        raise Refused("user_not_found")
    return found


def info(space: Space, args: Args) -> Json:
    return {"ok": True, "user": shapes.user(space, person(space, args), with_email=with_email(space))}


def list_all(space: Space, args: Args) -> Json:
    shown, metadata = page([SLACKBOT, *space.people.values()], args, default=100, most=1000)
    members = [shapes.user(space, one, with_email=with_email(space)) for one in shown]
    return {"ok": True, "members": members, "cache_ts": int(space.now.timestamp()), "response_metadata": metadata}


def lookup_by_email(space: Space, args: Args) -> Json:
    email = args.need("email", error="users_not_found").lower()
    for one in space.people.values():
        if one.email.lower() == email and not one.deleted:
            return {"ok": True, "user": shapes.user(space, one, with_email=with_email(space))}
    raise Refused("users_not_found")


def profile(space: Space, args: Args) -> Json:
    shown = shapes.user(space, person(space, args), with_email=with_email(space))
    return {"ok": True, "profile": shown["profile"]}


def groups(space: Space, args: Args) -> Json:
    shown = [group for group in space.groups.values() if args.flag("include_disabled") or not group.disabled]
    return {"ok": True, "usergroups": [_group(space, group, args) for group in shown]}


def _group(space: Space, group: GroupEntry, args: Args) -> Json:
    users = _members(space, group)
    return {
        "id": group.id,
        "team_id": space.team_id,
        "is_usergroup": True,
        "name": group.name or group.handle,
        "handle": group.handle,
        "date_delete": int(space.now.timestamp()) if group.disabled else 0,
        **({"users": users} if args.flag("include_users") else {}),
        **({"user_count": len(users)} if args.flag("include_count") else {}),
    }


def _members(space: Space, group: GroupEntry) -> list[str]:
    """Who is deactivated leaves every group."""
    return [user for user in group.users if user in space.people and not space.people[user].deleted]


def group_members(space: Space, args: Args) -> Json:
    group = space.groups.get(args.need("usergroup", error="no_such_subteam"))
    if group is None or (group.disabled and not args.flag("include_disabled")):
        raise Refused("no_such_subteam")
    return {"ok": True, "users": _members(space, group)}


def bot(space: Space, args: Args) -> Json:
    if (args.get("bot") or space.bot_id) != space.bot_id:
        raise Refused("bot_not_found")
    one = space.people[space.bot_user]
    shown = {"id": space.bot_id, "app_id": space.app_id, "user_id": one.id, "name": one.name}
    return {"ok": True, "bot": {**shown, "deleted": False, "updated": 0, "icons": {}}}


def whoami(space: Space, _args: Args) -> Json:
    return {
        "ok": True,
        "url": f"{space.url}/",
        "team": space.team_name,
        "user": space.people[space.bot_user].name,
        "team_id": space.team_id,
        "user_id": space.bot_user,
        "bot_id": space.bot_id,
        "is_enterprise_install": False,
    }


READ = ("users:read",)
METHODS: dict[str, Method] = {
    "auth.test": Method(whoami, tier=600),
    "users.info": Method(info, READ, "user include_locale", tier=100),
    "users.list": Method(list_all, READ, "limit cursor include_locale team_id", tier=20),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",), "email"),
    "users.profile.get": Method(profile, ("users.profile:read",), "user include_labels", tier=100),
    "usergroups.list": Method(groups, ("usergroups:read",), "include_users include_count include_disabled", tier=20),
    "usergroups.users.list": Method(group_members, ("usergroups:read",), "usergroup include_disabled", tier=20),
    "bots.info": Method(bot, READ, "bot team_id"),
}
