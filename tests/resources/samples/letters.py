"""The words of the sample records: an invented commune, invented people, the layout of Decree 30/2020."""

from dataclasses import dataclass, field

ORGAN = "ỦY BAN NHÂN DÂN\nXÃ AN THƯỢNG"
PLACE = "An Thượng"
CHAIR = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
VICE_CHAIR = "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"


@dataclass(frozen=True, slots=True)
class Letter:
    """One record: what stands where on its pages."""

    name: str
    number: str
    date: str
    title: str  # the kind in capitals; empty for an official letter
    subject: str
    body: tuple[str, ...]
    recipients: tuple[str, ...]
    signed_as: str
    signer: str
    table: tuple[tuple[str, ...], ...] = ()
    addressed: str = ""
    bases: tuple[str, ...] = field(default=())


DECISION = Letter(
    name="quyet-dinh-kien-toan-ban-chi-dao",
    number="Số: 27/QĐ-UBND",
    date="ngày 05 tháng 3 năm 2026",
    title="QUYẾT ĐỊNH",
    subject="Về việc kiện toàn Ban Chỉ đạo xây dựng và áp dụng hệ thống quản lý chất lượng "
    "theo tiêu chuẩn TCVN ISO 9001:2015",
    bases=(
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        "Căn cứ Quyết định số 19/2014/QĐ-TTg ngày 05 tháng 3 năm 2014 của Thủ tướng Chính phủ;",
        "Theo đề nghị của Công chức Văn phòng - Thống kê.",
    ),
    body=(
        "Điều 1. Kiện toàn Ban Chỉ đạo xây dựng và áp dụng hệ thống quản lý chất lượng của Ủy ban "
        "nhân dân xã An Thượng gồm bảy thành viên; ông Lương Khắc Điền, Chủ tịch Ủy ban nhân dân "
        "xã, làm Trưởng ban.",
        "Điều 2. Ban Chỉ đạo có nhiệm vụ xác định phạm vi áp dụng, ban hành chính sách và mục tiêu "
        "chất lượng, tổ chức đánh giá nội bộ ít nhất một lần mỗi năm và xem xét của lãnh đạo.",
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định số 14/QĐ-UBND "
        "ngày 12 tháng 02 năm 2024. Văn phòng và các thành viên Ban Chỉ đạo chịu trách nhiệm thi "
        "hành Quyết định này./.",
    ),
    recipients=("Như Điều 3;", "Thường trực Đảng ủy, HĐND xã;", "Lưu: VT, VP."),
    signed_as=CHAIR,
    signer="Lương Khắc Điền",
)

REPLY = Letter(
    name="cong-van-so-hoa-ho-so-dia-chinh",
    number="Số: 143/UBND-ĐC",
    date="ngày 18 tháng 5 năm 2026",
    title="",
    subject="V/v số hóa hồ sơ địa chính giai đoạn 2011 - 2020",
    addressed="Kính gửi: Phòng Nông nghiệp và Môi trường huyện Đông Lam.",
    body=(
        "Thực hiện kế hoạch chuyển đổi số trong công tác lưu trữ, Ủy ban nhân dân xã An Thượng đã "
        "rà soát toàn bộ hồ sơ địa chính hình thành từ năm 2011 đến năm 2020 đang bảo quản tại kho "
        "lưu trữ của xã.",
        "Kết quả rà soát: tổng số 412 hồ sơ, trong đó 356 hồ sơ còn nguyên vẹn, 48 hồ sơ bị ố vàng "
        "hoặc nhòe mực và 08 hồ sơ cần tu bổ trước khi quét. Các trang có dấu đỏ và bút phê viết "
        "tay được giữ nguyên khi quét.",
        "Ủy ban nhân dân xã đề nghị Phòng hỗ trợ một máy quét khổ A3 trong thời gian 20 ngày làm "
        "việc, đồng thời cử cán bộ hướng dẫn cách đặt mã hồ sơ theo quy định hiện hành.",
        "Rất mong nhận được sự quan tâm phối hợp của Phòng./.",
    ),
    recipients=("Như trên;", "Chủ tịch, các PCT UBND xã;", "Lưu: VT, ĐC."),
    signed_as=VICE_CHAIR,
    signer="Trịnh Thị Ngân Hà",
)

NOTICE = Letter(
    name="thong-bao-lich-tiep-cong-dan",
    number="Số: 61/TB-UBND",
    date="ngày 29 tháng 6 năm 2026",
    title="THÔNG BÁO",
    subject="Lịch tiếp công dân của lãnh đạo Ủy ban nhân dân xã quý III năm 2026",
    body=(
        "Ủy ban nhân dân xã An Thượng thông báo lịch tiếp công dân định kỳ quý III năm 2026 như "
        "sau:",
        "1. Chủ tịch Ủy ban nhân dân xã tiếp công dân vào sáng thứ Năm hằng tuần, từ 7 giờ 30 phút "
        "đến 11 giờ 30 phút.",
        "2. Địa điểm: Phòng Tiếp công dân, tầng 1, trụ sở Ủy ban nhân dân xã, thôn Đông Mộc.",
        "3. Công dân đến khiếu nại, tố cáo, kiến nghị, phản ánh mang theo giấy tờ tùy thân và các "
        "tài liệu có liên quan. Trường hợp nhiều người cùng kiến nghị một nội dung thì cử người "
        "đại diện theo quy định.",
        "Ủy ban nhân dân xã thông báo để các tổ chức và công dân biết, thực hiện./.",
    ),
    recipients=("Các thôn;", "Đài truyền thanh xã;", "Niêm yết tại trụ sở;", "Lưu: VT."),
    signed_as=CHAIR,
    signer="Lương Khắc Điền",
)

REPORT = Letter(
    name="bao-cao-cai-cach-hanh-chinh-6-thang",
    number="Số: 88/BC-UBND",
    date="ngày 10 tháng 6 năm 2026",
    title="BÁO CÁO",
    subject="Kết quả công tác cải cách hành chính 6 tháng đầu năm 2026",
    body=(
        "I. KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        "Trong 6 tháng đầu năm 2026, Bộ phận Tiếp nhận và Trả kết quả của xã đã tiếp nhận 1.284 hồ "
        "sơ, trong đó 1.097 hồ sơ được nộp trực tuyến. Số hồ sơ giải quyết trước hạn và đúng hạn "
        "là 1.251 hồ sơ, đạt tỷ lệ 97,4%. Kết quả theo lĩnh vực như sau:",
    ),
    table=(
        ("Lĩnh vực", "Tiếp nhận", "Đúng hạn", "Quá hạn"),
        ("Hộ tịch", "506", "504", "2"),
        ("Chứng thực", "412", "412", "0"),
        ("Đất đai", "187", "161", "26"),
        ("Bảo trợ xã hội", "179", "174", "5"),
    ),
    bases=(
        "II. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN",
        "Hồ sơ lĩnh vực đất đai còn trễ hạn do thiếu bản đồ địa chính dạng số của ba tờ bản đồ cũ "
        "và do thời gian luân chuyển hồ sơ giữa các đơn vị còn dài. Việc khắc phục được giao cho "
        "công chức địa chính, hoàn thành trước ngày 30 tháng 9 năm 2026.",
        "III. PHƯƠNG HƯỚNG 6 THÁNG CUỐI NĂM",
        "Tiếp tục số hóa kết quả giải quyết thủ tục hành chính, bảo đảm 100% hồ sơ có bản điện tử; "
        "rà soát quy trình nội bộ theo TCVN ISO 9001:2015 và tổ chức đánh giá nội bộ trong quý "
        "III năm 2026; khảo sát mức độ hài lòng của ít nhất 200 lượt tổ chức, cá nhân.",
        "Trên đây là báo cáo của Ủy ban nhân dân xã An Thượng./.",
    ),
    recipients=("UBND huyện Đông Lam;", "Thường trực HĐND xã;", "Lưu: VT, VP."),
    signed_as=VICE_CHAIR,
    signer="Trịnh Thị Ngân Hà",
)

PLAN = Letter(
    name="ke-hoach-chinh-ly-tai-lieu-luu-tru",
    number="Số: 35/KH-UBND",
    date="ngày 20 tháng 3 năm 2026",
    title="KẾ HOẠCH",
    subject="Chỉnh lý và số hóa tài liệu lưu trữ năm 2026",
    body=(
        "I. MỤC ĐÍCH, YÊU CẦU",
        "Sắp xếp, phân loại khoa học khối tài liệu tồn đọng từ năm 1998 đến năm 2015; lựa chọn tài "
        "liệu có giá trị bảo quản vĩnh viễn; loại ra tài liệu hết giá trị theo đúng trình tự. Việc "
        "chỉnh lý không làm mất mát, hư hỏng hoặc lộ thông tin tài liệu.",
        "II. NỘI DUNG VÀ THỜI GIAN",
        "1. Khảo sát, lập danh mục: từ ngày 01 đến ngày 15 tháng 4 năm 2026.",
        "2. Vệ sinh, tháo gỡ ghim kẹp, khử nấm mốc: hoàn thành trước ngày 30 tháng 4 năm 2026.",
        "3. Biên mục hồ sơ, đánh số tờ và lập mục lục: từ tháng 5 đến tháng 8 năm 2026.",
        "4. Quét tài liệu ở độ phân giải 200 dpi trở lên, kiểm tra chất lượng ảnh và ký số bản "
        "quét: từ tháng 6 đến tháng 11 năm 2026.",
        "III. KINH PHÍ",
        "Dự toán 186.500.000 đồng từ nguồn chi thường xuyên của ngân sách xã năm 2026.",
        "IV. TỔ CHỨC THỰC HIỆN",
        "Công chức Văn phòng - Thống kê chủ trì, phối hợp với công chức Tài chính - Kế toán và các "
        "thôn triển khai Kế hoạch này, báo cáo tiến độ vào ngày 25 hằng tháng./.",
    ),
    recipients=("Trung tâm Lưu trữ lịch sử tỉnh;", "Các công chức chuyên môn;", "Lưu: VT, VP."),
    signed_as=CHAIR,
    signer="Lương Khắc Điền",
)

MINUTES = Letter(
    name="bien-ban-kiem-tra-ranh-gioi-thua-dat",
    number="Số: 09/BB-UBND",
    date="ngày 14 tháng 4 năm 2026",
    title="BIÊN BẢN",
    subject="Kiểm tra ranh giới thửa đất số 117, tờ bản đồ số 24, thôn Đông Mộc",
    body=(
        "Hôm nay, hồi 8 giờ 30 phút, tại thôn Đông Mộc, Tổ công tác của Ủy ban nhân dân xã An "
        "Thượng tiến hành kiểm tra ranh giới thửa đất do bà Vũ Thị Mến đang sử dụng.",
        "Kết quả đo đạc: chiều dài mặt tiền 12,40 mét; chiều sâu 31,75 mét; diện tích 393,7 mét "
        "vuông. Mốc giới phía Bắc lệch 0,35 mét so với bản đồ địa chính năm 2011.",
        "Các hộ liền kề thống nhất giữ nguyên hiện trạng hàng rào, không có tranh chấp. Biên bản "
        "lập thành ba bản, đọc lại cho mọi người cùng nghe và nhất trí ký tên./.",
    ),
    recipients=("Chủ sử dụng đất;", "Lưu: VT, ĐC."),
    signed_as="TỔ TRƯỞNG TỔ CÔNG TÁC",
    signer="Đoàn Văn Khoát",
)

INVITATION = Letter(
    name="giay-moi-hop-xet-cong-nhan-gia-dinh-van-hoa",
    number="Số: 52/GM-UBND",
    date="ngày 03 tháng 11 năm 2026",
    title="GIẤY MỜI",
    subject="Họp Hội đồng xét công nhận danh hiệu Gia đình văn hóa năm 2026",
    body=(
        "Ủy ban nhân dân xã An Thượng trân trọng kính mời các thành viên Hội đồng dự họp xét công "
        "nhận danh hiệu Gia đình văn hóa và Thôn văn hóa năm 2026.",
        "1. Thời gian: 14 giờ 00 phút, thứ Sáu, ngày 06 tháng 11 năm 2026.",
        "2. Địa điểm: Hội trường tầng 2, trụ sở Ủy ban nhân dân xã.",
        "3. Thành phần: Trưởng các thôn, Chủ tịch Ủy ban Mặt trận Tổ quốc xã, Hội Liên hiệp Phụ "
        "nữ, Hội Cựu chiến binh, Đoàn Thanh niên.",
        "Đề nghị các đồng chí mang theo danh sách đề nghị của thôn và đến dự đúng giờ./.",
    ),
    recipients=("Như thành phần;", "Lưu: VT, VHXH."),
    signed_as=VICE_CHAIR,
    signer="Trịnh Thị Ngân Hà",
)

COMPLAINT = Letter(
    name="bao-cao-xac-minh-don-kien-nghi",
    number="Số: 17/BC-ĐC",
    date="ngày 22 tháng 7 năm 2026",
    title="BÁO CÁO",
    subject="Kết quả xác minh đơn kiến nghị về lối đi chung tại thôn Bãi Dâu",
    body=(
        "Ngày 10 tháng 7 năm 2026, công chức địa chính nhận được đơn kiến nghị của ông Phan Đình "
        "Quạt về việc hộ liền kề xây tường rào lấn lối đi chung rộng 2,2 mét.",
        "Qua kiểm tra thực địa và đối chiếu sổ mục kê lập năm 1994, lối đi chung hiện còn 1,6 mét "
        "tại điểm hẹp nhất. Phần tường rào xây mới dài 7,3 mét không có giấy phép.",
        "Đề nghị Chủ tịch Ủy ban nhân dân xã tổ chức hòa giải trước ngày 15 tháng 8 năm 2026 và "
        "giữ kín thông tin về người có đơn trong quá trình xác minh./.",
    ),
    recipients=("Chủ tịch UBND xã;", "Lưu: ĐC."),
    signed_as="CÔNG CHỨC ĐỊA CHÍNH",
    signer="Đoàn Văn Khoát",
)

PROPOSAL = Letter(
    name="to-trinh-mua-sam-ke-luu-tru",
    number="Số: 21/TTr-VP",
    date="ngày 02 tháng 4 năm 2026",
    title="TỜ TRÌNH",
    subject="Về việc mua sắm giá kệ và hộp bảo quản tài liệu lưu trữ",
    addressed="Kính gửi: Chủ tịch Ủy ban nhân dân xã An Thượng.",
    body=(
        "Kho lưu trữ của xã hiện có 46 mét giá tài liệu, trong đó 19 mét giá bằng gỗ đã mối mọt, "
        "không bảo đảm phòng cháy. Văn phòng đề nghị mua 08 giá kệ thép sáu tầng và 600 hộp bảo "
        "quản không axit.",
        "Tổng kinh phí dự kiến 74.800.000 đồng, từ nguồn kinh phí sự nghiệp năm 2026. Thời gian "
        "thực hiện trong quý II năm 2026.",
        "Kính trình Chủ tịch xem xét, phê duyệt./.",
    ),
    recipients=("Như trên;", "Lưu: VP."),
    signed_as="CÔNG CHỨC VĂN PHÒNG - THỐNG KÊ",
    signer="Hồ Diệu Thảo Nguyên",
)

NOTES = """GHI CHÉP HỌP GIAO BAN TUẦN
Ủy ban nhân dân xã An Thượng, sáng thứ Hai ngày 06 tháng 7 năm 2026

Chủ trì: ông Lương Khắc Điền, Chủ tịch Ủy ban nhân dân xã.
Người ghi: Hồ Diệu Thảo Nguyên, công chức Văn phòng - Thống kê.

1. Bộ phận Một cửa: tuần qua tiếp nhận 57 hồ sơ, trả trước hạn 49 hồ sơ. Máy quét số 2 bị kẹt giấy,
   đã gọi bảo hành.
2. Địa chính: hoàn thành đo đạc lại 11 thửa đất tại thôn Đông Mộc; còn 3 thửa chờ hộ liền kề ký.
3. Văn hóa - Xã hội: chuẩn bị chi trả trợ cấp cho 126 đối tượng bảo trợ vào ngày 10.
4. Lưu trữ: đã chỉnh lý xong 18 hộp tài liệu khối kế toán năm 2009 - 2011, phát hiện 2 hộp ẩm mốc.

Kết luận: các bộ phận gửi danh mục hồ sơ năm 2026 về Văn phòng trước ngày 15 tháng 7.
"""
