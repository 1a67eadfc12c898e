"""Pages that links in mails lead to, where the client has none of its own.

Opening one uses nothing: mail programs look at links before people do.
"""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from litestar import Controller, MediaType, Request, Response, get

from dodam.platform.http.access import PUBLIC
from dodam.platform.http.docs_pages import SPROUT, static_url
from dodam.platform.http.problems import caller_language
from dodam.platform.i18n import Text

_PAGES = Environment(
    loader=PackageLoader("dodam.features.accounts", "link_pages"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
)
# The link's token is in the address: it is told to nobody, and no other page may show this one.
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; connect-src 'self'; img-src data:;"
    " script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_AWAY = Text(
    en="The server cannot be reached; please try again shortly.",
    ko="서버에 연결할 수 없어요. 잠시 후 다시 시도해 주세요.",
)
_PASSWORD = Text(en="New password (10 characters or more)", ko="새 비밀번호 (10자 이상)")
_VERIFY = {
    "title": Text(en="Confirm your e-mail address", ko="이메일 주소 확인"),
    "lead": Text(
        en="Press the button, and your address is confirmed.",
        ko="아래 버튼을 누르면 이메일 주소 확인이 끝나요.",
    ),
    "button": Text(en="Confirm", ko="확인하기"),
    "done": Text(
        en="Your address is confirmed. You can close this page.",
        ko="이메일 주소를 확인했어요. 이 페이지를 닫아도 돼요.",
    ),
}
_RESET = {
    "title": Text(en="Set a new password", ko="비밀번호 다시 정하기"),
    "lead": Text(
        en="Every device will be signed out.", ko="로그인되어 있던 모든 기기에서 로그아웃돼요."
    ),
    "password": _PASSWORD,
    "button": Text(en="Set the password", ko="비밀번호 정하기"),
    "done": Text(
        en="The password is set. Sign in with it in the app.",
        ko="비밀번호를 바꿨어요. 앱에서 새 비밀번호로 로그인해 주세요.",
    ),
}
_JOIN = {
    "title": Text(en="Join the staff", ko="직원 계정 만들기"),
    "lead": Text(
        en="You need an authenticator app on your phone.",
        ko="휴대폰에 인증 앱(OTP)이 있어야 해요.",
    ),
    "begin": Text(en="Begin", ko="시작하기"),
    "factor": Text(
        en="Enter this key in the authenticator app, then the code it shows below.",
        ko="이 키를 인증 앱에 등록한 다음, 앱에 나오는 코드를 아래에 입력해 주세요.",
    ),
    "app": Text(en="Open in the authenticator app", ko="인증 앱에서 열기"),
    "password": _PASSWORD,
    "code": Text(en="Code of six digits", ko="코드 여섯 자리"),
    "button": Text(en="Join", ko="완료하기"),
    "done": Text(
        en="You are a member of the staff. From now on sign in with password and code.",
        ko="직원 계정을 만들었어요. 이제 비밀번호와 코드로 로그인할 수 있어요.",
    ),
}


class LinkPages(Controller):
    path = "/"
    opt = PUBLIC
    include_in_schema = False

    @get("/verify-email", media_type=MediaType.HTML)
    async def verify_email(self, request: Request[Any, Any, Any]) -> Response[str]:
        return _page(request, "verify_email.html", _VERIFY)

    @get("/reset-password", media_type=MediaType.HTML)
    async def reset_password(self, request: Request[Any, Any, Any]) -> Response[str]:
        return _page(request, "reset_password.html", _RESET)

    @get("/staff/join", media_type=MediaType.HTML)
    async def join(self, request: Request[Any, Any, Any]) -> Response[str]:
        return _page(request, "join.html", _JOIN)


def _page(request: Request[Any, Any, Any], name: str, texts: dict[str, Text]) -> Response[str]:
    language = caller_language(request)
    html = _PAGES.get_template(name).render(
        language=language,
        icon=SPROUT,
        style=static_url("link_page.css"),
        script=static_url("link_page.js"),
        away=_AWAY.read(language),
        **{name: text.read(language) for name, text in texts.items()},
    )
    headers = {**_HEADERS, "content-language": language, "vary": "Accept-Language"}
    return Response(html, media_type=MediaType.HTML, headers=headers)
