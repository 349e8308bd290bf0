"""Pages for what cannot be answered: each says what to do next."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from engine.errors import BadInputError, DondocError, RefusedError, UnavailableError
from web.doorway import without_tokens
from web.here import here_of

log = logging.getLogger(__name__)

TITLES = {
    400: "Yêu cầu chưa đúng",
    401: "Cần đăng nhập",
    403: "Không được phép",
    404: "Không có trang này",
    405: "Không làm được như vậy",
    409: "Không thực hiện được",
    429: "Quá nhiều lần",
    500: "Máy chủ gặp lỗi",
    503: "Tạm thời chưa trả lời được",
}
REMEDIES = {
    400: "Kiểm tra lại điều đã nhập rồi thử lại.",
    401: "Mở liên kết đăng nhập đã nhận qua thư, hoặc hỏi người quản trị.",
    403: "Tài khoản này không có quyền làm việc đó. Hỏi người điều phối kế hoạch nếu đó là nhầm lẫn.",
    404: "Địa chỉ có thể đã gõ sai, hoặc mục này không còn. Về trang Kế hoạch để tìm.",
    405: "Địa chỉ này chỉ nhận biểu mẫu từ trang. Về trang Kế hoạch rồi làm lại.",
    409: "Chưa có gì thay đổi.",
    429: "Chờ một lúc rồi thử lại.",
    500: "Lỗi đã được ghi lại. Thử lại sau ít phút; nếu vẫn bị, báo người quản trị cùng giờ gặp lỗi.",
    503: "Thử lại sau ít phút. Người quản trị xem 'dondoc doctor'.",
}


def status_of(error: DondocError) -> int:
    """The HTTP status for an error of the engine."""
    if isinstance(error, BadInputError):
        return HTTPStatus.BAD_REQUEST
    if isinstance(error, RefusedError):
        return HTTPStatus.CONFLICT
    return HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, UnavailableError) else HTTPStatus.INTERNAL_SERVER_ERROR


def answer(request: Request, status: int, detail: str = "") -> Response:
    """A page, or JSON for the API, that says what went wrong and what to do."""
    title, remedy = TITLES.get(status, TITLES[400]), REMEDIES.get(status, REMEDIES[400])
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": {"status": status, "message": detail or title, "remedy": remedy}}, status)
    return here_of(request).page("error.html", status=status, code=status, title=title, detail=detail, remedy=remedy)


def broken(request: Request) -> Response:
    """The answer to a request that failed inside: plain, for the database may be what failed."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": {"status": 500, "message": TITLES[500], "remedy": REMEDIES[500]}}, 500)
    html = request.app.state.pages.get_template("broken.html").render(title=TITLES[500], remedy=REMEDIES[500])
    return Response(html, 500, media_type="text/html")


def register(app: FastAPI) -> None:
    """Give the application its error pages."""

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        standard = HTTPStatus(error.status_code).phrase
        detail = "" if error.detail == standard else str(error.detail)
        return answer(request, error.status_code, detail)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        names = ", ".join(str(item["loc"][-1]) for item in error.errors())
        return answer(request, HTTPStatus.BAD_REQUEST, f"Giá trị không hợp lệ: {names}.")

    @app.exception_handler(DondocError)
    def _refused(request: Request, error: DondocError) -> Response:
        if isinstance(error, UnavailableError):
            # The database may be what is away, so nothing that asks it is shown; its address is for the log alone.
            log.error("%s: %s", without_tokens(request.url.path), error)
            return Response(f"{TITLES[503]}. {REMEDIES[503]}", 503, media_type="text/plain; charset=utf-8")
        return answer(request, status_of(error), str(error))
