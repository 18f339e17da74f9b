//! The commonest words of each language, folded: whose words a text is made of says whose it is.
//!
//! Short on purpose: a word stands here when it is common in running text. Words that languages share
//! count for each of them and decide nothing.

/// Language code and its commonest words.
pub const COMMON: &[(&str, &str)] = &[
    (
        "en",
        "the a of and to in is that for it was on with as are be this by at from have has not but they his her were which will an said after about who been its would their more",
    ),
    (
        "fr",
        "le la les des du de et est en un une que qui dans pour sur au aux avec par plus ne pas ce cette il elle sont ont a ete son sa ses leur mais nous vous",
    ),
    (
        "de",
        "der die das und ist in den von zu mit sich des auf fur nicht dem ein eine als auch es an werden aus er hat dass sie nach bei um wird einer noch wie uber",
    ),
    (
        "es",
        "el la los las de del y en que un una es por con para se no su al lo como mas pero sus le ha fue este esta son entre sobre tras han",
    ),
    (
        "it",
        "il lo la i gli le di del della dei delle e in che un una per con non si da su al alla come piu ma sono anche nel nella ha questo questa tra dal stato",
    ),
    (
        "pt",
        "o os as de do da dos das e em que um uma para com nao por se na no nas nos mais como mas foi ao aos sao ele ela seu sua pelo pela entre apos ate",
    ),
    (
        "nl",
        "de het een van en in is dat op te zijn met voor niet aan er om ook als maar bij door uit naar dan nog werd wordt over heeft hij ze deze tot",
    ),
    (
        "ca",
        "el la els les de del dels i en que un una es per amb no se al als com mes pero seva seu han ha aquest aquesta entre sobre va son",
    ),
    (
        "ro",
        "si in de la cu pe nu un o care din pentru este sunt au ca mai dar prin dupa fost al ale lui sau acest aceasta fi va intre s",
    ),
    (
        "sv",
        "och att det som en pa ar av for med den till ett i inte har om de var han men sig fran vi sa kan nar efter under ska",
    ),
    (
        "da",
        "og at det som en pa er af for med den til et i ikke har om de var han men sig fra vi kan nar efter blev ved skal",
    ),
    (
        "no",
        "og at det som en pa er av for med den til et i ikke har om de var han men seg fra vi kan nar etter ble ved skal ogsa",
    ),
    (
        "fi",
        "ja on ei se etta oli han mutta myos kun ovat joka kuin tai mukaan sen ole jos niin olla vain jotka sita hanen ovat oli",
    ),
    ("et", "ja on ei see et oli ta kui ning aga ka oma mis ole seda ning selle kes voi siis pole veel"),
    (
        "hu",
        "a az es hogy nem is egy meg volt ez de mint el csak vagy szerint azt ki mar lesz pedig van kell miatt utan majd",
    ),
    (
        "pl",
        "i w na z do nie sie to ze jest o jak za od po przez ale dla co tym sa oraz byl byla jego przed po roku ich juz",
    ),
    (
        "cs",
        "a v na se je z do ze to s o pro i za by jsou ale po od jako podle tak byl bylo ktery ktera jeho si uz roce",
    ),
    (
        "lt",
        "ir kad i is su tai yra ne buvo uz bet kaip apie del po jo ar pagal taip nuo savo jau tik dar metu",
    ),
    (
        "id",
        "yang dan di untuk dari pada dengan ini itu dalam tidak akan oleh telah ke juga adalah sebagai saat karena bisa kepada tersebut mereka",
    ),
    ("eu", "eta da ez du bat dira ere dute izan zen dela egin baina izango dituzte beste horrek bere hori"),
    ("ga", "agus an na ar ag le go ta is bhi sin leis nach ach chun faoi seo ata sa"),
    (
        "tr",
        "ve bir bu icin ile da de olarak daha olan cok gibi ancak sonra kadar ise icinde gore oldu olduğunu oldugunu ne o ya tarafindan edildi her dedi",
    ),
    (
        "az",
        "ve bir bu ucun ile da de olan daha kimi sonra qeder ise gore olub olunub ki o və üçün ilə uzrə haqqında edilib etdi edir edən deyib həm nin ki gorə",
    ),
    ("uz", "va bilan uchun bu ham bir deb esa lekin kerak boyicha haqida edi ekan bolgan qilish"),
    (
        "ru",
        "и в не на что с по как это он из за для от к о так но его ее был была были года при также или уже все они мы после до со у бы я",
    ),
    (
        "uk",
        "і в не на що з та до як це він за для від його про але й у також був була були року при після або вже всі вони ми під які який щодо",
    ),
    (
        "be",
        "і ў не на што з да як гэта ён за для ад яго пра але у таксама быў была былі года пры пасля або ужо усе яны мы пад якія які",
    ),
    (
        "bg",
        "и в не на че с по как това той от за до да се ще са но или при след също беше като който която които които му го ги към през",
    ),
    (
        "mk",
        "и во не на дека со по како ова тој од за до да се ќе се но или при после исто беше кој која кои му го ги кон ја ги",
    ),
    (
        "sr",
        "и у не на да са по као то он од за до се ће су али или при после је који која које му га их би био била",
    ),
    ("kk", "және мен бұл бір үшін да де бойынша деп емес туралы болып ол бар кейін еді болды жылы пен бен"),
    ("ky", "жана менен бул бир үчүн да де боюнча деп эмес тууралуу болуп ал бар кийин эле болгон жылы"),
    ("ar", "في من على الى ان عن مع هذا هذه التي الذي ما لا بعد كان قد بين او كما خلال"),
    ("fa", "در از به که این را با است برای آن یک بر تا می شد شده خود هم کرد بود های"),
];
