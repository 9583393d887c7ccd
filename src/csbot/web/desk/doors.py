"""Coming in and going out: sign-in, the first admin and the invited, passwords, the language of the pages."""

from __future__ import annotations

from math import ceil

from aiohttp import web

from csbot.desk.tokens import digest
from csbot.domain.account import Invitation, email_address
from csbot.web import auth, languages
from csbot.web.desk.guard import BASE, SIGN_IN, Visit
from csbot.web.keys import NAMES, PASSWORDS
from csbot.web.passwords import LONGEST, SHORTEST

_A_YEAR_S = 365 * 86_400
_LONGEST_NAME = 80


async def show_sign_in(visit: Visit) -> web.StreamResponse:
    """The form; who is signed in already goes on."""
    next_ = auth.local_path(visit.request.query.get("next", ""))
    return visit.go(next_) if visit.session else _sign_in_page(visit, next_=next_)


async def sign_in(visit: Visit) -> web.StreamResponse:
    """Let in who knows the password; whoever does not learns nothing else, in the same time."""
    services, request, form = visit.services, visit.request, visit.form
    next_ = auth.local_path(form.get("next", ""))
    typed = form.get("email", "")
    email = email_address(typed)
    tried = auth.tried(email or typed.strip().lower(), request)
    accounts, now = services.store.accounts, services.clock()
    until = await accounts.try_sign_in(tried, now=now)
    if until is not None:
        wait = visit.page.lasting(ceil((until - now).total_seconds()))
        error = visit.page.text("Too many tries. Wait %(wait)s, then try again.", wait=wait)
        return _sign_in_page(visit, next_=next_, email=typed, error=error, status=429)
    known = await accounts.credentials(email)
    passwords = request.config_dict[PASSWORDS]
    if not await passwords.is_right(form.get("password", ""), known.password if known else "") or not known:
        error = visit.page.text("E-mail address or password is wrong.")
        return _sign_in_page(visit, next_=next_, email=typed, error=error, status=401)
    await accounts.forgive(tried)
    response = visit.go(next_)
    await auth.sign_in(response, request, services, known.user)
    return response


async def sign_out(visit: Visit) -> web.StreamResponse:
    """End this browser's session."""
    response = visit.go(SIGN_IN, told="bye")
    await auth.sign_out(response, visit.request, visit.services)
    return response


async def show_welcome(visit: Visit) -> web.StreamResponse:
    """Who was invited says their name and chooses a password; looking does not use the link up."""
    invitation = await _invitation(visit)
    return _over(visit) if invitation is None else _welcome_page(visit, invitation)


async def welcome(visit: Visit) -> web.StreamResponse:
    """Take the invitation up and sign in."""
    invitation = await _invitation(visit)
    if invitation is None:
        return _over(visit)
    form, page, services = visit.form, visit.page, visit.services
    errors = {}
    email = invitation.email or email_address(form.get("email", ""))
    if not email:
        errors["email"] = page.text("This is no e-mail address; write it like ayse@shop.example.")
    name = " ".join(form.get("name", "").split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        errors["name"] = page.text("Write the name your colleagues know you by.")
    errors |= _wrong_password(visit, email)
    if errors:
        return _welcome_page(visit, invitation, errors=errors, status=422)
    password = await visit.request.config_dict[PASSWORDS].hashed(form["password"])
    user = await services.store.accounts.accept(
        digest(visit.request.match_info["token"]), email=email, name=name, password=password, now=services.clock()
    )
    if user is None:
        return _over(visit)
    visit.request.config_dict[NAMES].forget()
    response = visit.go(BASE, told="welcome")
    await auth.sign_in(response, visit.request, services, user)
    return response


async def show_password(visit: Visit) -> web.StreamResponse:
    """The form for another password."""
    return visit.show("desk/password.html", errors={}, shortest=SHORTEST)


async def change_password(visit: Visit) -> web.StreamResponse:
    """Change it, for who knows the present one; every other session ends."""
    services, form, user = visit.services, visit.form, visit.user
    accounts, now = services.store.accounts, services.clock()
    passwords = visit.request.config_dict[PASSWORDS]
    # A browser left open is no way to try passwords either.
    tried = auth.tried(user.email, visit.request)[:1]
    errors = {}
    until = await accounts.try_sign_in(tried, now=now)
    if until is not None:
        wait = visit.page.lasting(ceil((until - now).total_seconds()))
        errors["present"] = visit.page.text("Too many tries. Wait %(wait)s, then try again.", wait=wait)
        return visit.show("desk/password.html", errors=errors, shortest=SHORTEST, status=429)
    known = await accounts.credentials(user.email)
    if await passwords.is_right(form.get("present", ""), known.password if known else ""):
        await accounts.forgive(tried)
    else:
        errors["present"] = visit.page.text("This is not your present password.")
    errors |= _wrong_password(visit, user.email)
    if errors:
        return visit.show("desk/password.html", errors=errors, shortest=SHORTEST, status=422)
    kept = await passwords.hashed(form["password"])
    await accounts.set_password(user.id, kept, keep=digest(visit.token), now=now)
    return visit.go(BASE, told="password")


async def choose_language(visit: Visit) -> web.StreamResponse:
    """Show the pages in another language from now on."""
    response = visit.go(auth.local_path(visit.form.get("back", "")))
    code = visit.form.get("language", "")
    if code in languages.catalogues():
        response.set_cookie(languages.COOKIE, code, max_age=_A_YEAR_S, path="/", samesite="Lax", httponly=True)
    return response


async def _invitation(visit: Visit) -> Invitation | None:
    services = visit.services
    found = await services.store.accounts.invitation(digest(visit.request.match_info["token"]), now=services.clock())
    if found is not None and not found.email and await services.store.accounts.has_admin():
        return None
    return found


def _wrong_password(visit: Visit, email: str) -> dict[str, str]:
    password, again = visit.form.get("password", ""), visit.form.get("again", "")
    if len(password) < SHORTEST:
        wrong = visit.page.text("At least %(count)s characters; a few words are easy to remember.", count=SHORTEST)
        return {"password": wrong}
    if len(password) > LONGEST:
        return {"password": visit.page.text("At most %(count)s characters.", count=LONGEST)}
    if len(set(password)) < 4 or (email and password.lower() in {email, email.partition("@")[0]}):
        return {"password": visit.page.text("This is too easy to guess. A few words make a good password.")}
    return {} if password == again else {"again": visit.page.text("The two are not the same.")}


def _sign_in_page(
    visit: Visit, *, next_: str, email: str = "", error: str = "", status: int = 200
) -> web.StreamResponse:
    return visit.show("desk/sign_in.html", status=status, next=next_, email=email, error=error)


def _welcome_page(
    visit: Visit, invitation: Invitation, *, errors: dict[str, str] | None = None, status: int = 200
) -> web.StreamResponse:
    return visit.show(
        "desk/welcome.html",
        status=status,
        invitation=invitation,
        errors=errors or {},
        email=visit.form.get("email", ""),
        name=visit.form.get("name", ""),
        shortest=SHORTEST,
        until=invitation.expires_at,
    )


def _over(visit: Visit) -> web.StreamResponse:
    return visit.show(
        "problem.html",
        status=410,
        heading=visit.page.text("This link works no more"),
        text=visit.page.text("It was used already, or it is older than half an hour. Ask an admin for another."),
        back=SIGN_IN,
    )
