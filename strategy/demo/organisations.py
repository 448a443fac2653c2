"""Who stands in the demo's registers: made-up organisations of every group, and names for their contact persons."""

from dataclasses import dataclass

from strategy.enums import Sector


@dataclass(frozen=True)
class Sample:
    """One organisation: its name, its group, the languages it works in."""

    name: str
    sector: Sector
    languages: tuple[str, ...]


# What organisations of a group mostly look at, and what their contact persons do.
INTERESTS = {
    Sector.CITY: ("commitment", "public_services"),
    Sector.AUTHORITY: ("public_services", "anti_discrimination"),
    Sector.BUSINESS: ("business_labour_market",),
    Sector.CIVIL_SOCIETY: ("welcoming_newcomers", "anti_discrimination", "interaction"),
    Sector.COMMUNITY: ("welcoming_newcomers", "participation", "language"),
    Sector.FAITH: ("mediation_conflict_resolution", "cultural_social_life"),
    Sector.EDUCATION: ("education", "language", "international_outlook"),
    Sector.MEDIA: ("media_communication",),
    Sector.CULTURE: ("cultural_social_life", "public_space"),
    Sector.RESIDENTS: ("neighbourhoods", "public_space", "participation"),
    Sector.OTHER: ("participation",),
}
FUNCTIONS = {
    Sector.CITY: ("Head of department", "Adviser", "Case worker"),
    Sector.AUTHORITY: ("Head of unit", "Spokesperson", "Adviser"),
    Sector.BUSINESS: ("Personnel manager", "Managing director", "Trainer"),
    Sector.CIVIL_SOCIETY: ("Chair", "Legal adviser", "Volunteer"),
    Sector.COMMUNITY: ("Chair", "Secretary", "Youth worker"),
    Sector.FAITH: ("Chair", "Member of the council", "Social worker"),
    Sector.EDUCATION: ("Head", "Teacher", "Student adviser"),
    Sector.MEDIA: ("Editor", "Reporter", "Presenter"),
    Sector.CULTURE: ("Artistic director", "Librarian", "Coach"),
    Sector.RESIDENTS: ("Chair", "Caretaker", "Member"),
    Sector.OTHER: ("Spokesperson", "Member", "Member"),
}

# By country: given names, of long-settled and of newer residents, and words for "sample" as surnames.
NAMES = {
    "DE": (
        ("Anke", "Jens", "Ute", "Cem", "Aylin", "Bernd", "Fatma", "Heike", "Yusuf", "Marta", "Olga", "Samir"),
        ("Muster", "Beispiel", "Vorlage"),
    ),
    "ES": (
        ("Lola", "Pablo", "Nuria", "Amina", "Said", "Carmen", "Ibrahima", "Rosa", "Wilmer", "Oksana", "Mateo", "Luz"),
        ("Muestra", "Ejemplo", "Patrón"),
    ),
    "IT": (
        ("Carla", "Dario", "Silvia", "Fatou", "Adrian", "Giulia", "Mamadou", "Elena", "Bekim", "Nadia", "Luca", "Ana"),
        ("Esempio", "Modello", "Schema"),
    ),
    "LV": (
        ("Liga", "Janis", "Ilze", "Olga", "Sergejs", "Anda", "Irina", "Arjun", "Laila", "Pavels", "Zane", "Timurs"),
        ("Paraugs", "Piemērs", "Modelis"),
    ),
    "PL": (
        ("Ewa", "Jan", "Zofia", "Oksana", "Taras", "Nazar", "Maria", "Emeka", "Anh", "Halina", "Piotr", "Daria"),
        ("Wzór", "Przykład", "Model"),
    ),
    "RO": (
        ("Ioana", "Radu", "Mihai", "Ilona", "Zsolt", "Amal", "Doina", "Oksana", "Bao", "Elif", "Andrei", "Sana"),
        ("Exemplu", "Model", "Mostră"),
    ),
    "SE": (
        ("Karin", "Lars", "Eva", "Amal", "Hodan", "Yonas", "Maryam", "Nils", "Zainab", "Goran", "Ingrid", "Sami"),
        ("Exempel", "Mönster", "Prov"),
    ),
}

ORGANISATIONS = {
    "cartagena": [
        Sample("Concejalía de Muestra: servicios sociales", Sector.CITY, ("es",)),
        Sample("Centro de salud El Ejemplo", Sector.AUTHORITY, ("es", "ar", "fr")),
        Sample("Cooperativa agrícola La Muestra", Sector.BUSINESS, ("es", "ar")),
        Sample("Fundación Puentes de Ejemplo", Sector.CIVIL_SOCIETY, ("es", "fr", "uk")),
        Sample("Asociación de mujeres marroquíes Muestra", Sector.COMMUNITY, ("ar", "es")),
        Sample("Asociación ecuatoriana El Ejemplo", Sector.COMMUNITY, ("es",)),
        Sample("Comunidad islámica de Muestra", Sector.FAITH, ("ar", "es")),
        Sample("Parroquia de Ejemplo", Sector.FAITH, ("es",)),
        Sample("Instituto de secundaria La Muestra", Sector.EDUCATION, ("es", "en")),
        Sample("Radio Ejemplo", Sector.MEDIA, ("es",)),
        Sample("Biblioteca de barrio La Muestra", Sector.CULTURE, ("es", "ar")),
        Sample("Asociación vecinal El Ejemplo", Sector.RESIDENTS, ("es",)),
        Sample("Mesa de diálogo de Muestra", Sector.OTHER, ("es",)),
    ],
    "cluj-napoca": [
        Sample("Serviciul social Exemplu", Sector.CITY, ("ro", "hu")),
        Sample("Inspectoratul Model pentru străini", Sector.AUTHORITY, ("ro", "en")),
        Sample("Asociația firmelor IT Exemplu", Sector.BUSINESS, ("en", "ro")),
        Sample("Asociația Exemplu pentru nou-veniți", Sector.CIVIL_SOCIETY, ("ro", "en", "ar")),
        Sample("Comunitatea siriană Exemplu", Sector.COMMUNITY, ("ar", "ro")),
        Sample("Comunitatea vietnameză Model", Sector.COMMUNITY, ("vi", "ro")),
        Sample("Parohia Exemplu", Sector.FAITH, ("ro", "hu")),
        Sample("Universitatea Model: studenți străini", Sector.EDUCATION, ("en", "fr", "ro")),
        Sample("Radio Exemplu", Sector.MEDIA, ("ro", "hu")),
        Sample("Centrul cultural Mostră", Sector.CULTURE, ("ro", "hu", "en")),
        Sample("Asociația de cartier Exemplu", Sector.RESIDENTS, ("ro",)),
        Sample("Grupul de voluntari Model", Sector.OTHER, ("en",)),
    ],
    "dietzenbach": [
        Sample("Musterfachbereich Soziales", Sector.CITY, ("de",)),
        Sample("Jobcenter Beispiel", Sector.AUTHORITY, ("de", "tr")),
        Sample("Gewerbeverein Muster", Sector.BUSINESS, ("de",)),
        Sample("Beispiel hilft e. V.", Sector.CIVIL_SOCIETY, ("de", "ar")),
        Sample("Türkisch-deutscher Verein Muster", Sector.COMMUNITY, ("tr", "de")),
        Sample("Moscheegemeinde Beispiel", Sector.FAITH, ("tr", "ar", "de")),
        Sample("Kirchengemeinde Muster", Sector.FAITH, ("de",)),
        Sample("Gesamtschule Beispiel", Sector.EDUCATION, ("de", "en")),
        Sample("Stadtblatt Muster", Sector.MEDIA, ("de",)),
        Sample("Sportverein Beispiel", Sector.CULTURE, ("de",)),
        Sample("Quartiersrunde Muster", Sector.RESIDENTS, ("de", "ru")),
    ],
    "linkoping": [
        Sample("Exempelförvaltningen: arbete och välfärd", Sector.CITY, ("sv",)),
        Sample("Arbetsförmedlingen Exempel", Sector.AUTHORITY, ("sv", "ar")),
        Sample("Företagarna Exempel", Sector.BUSINESS, ("sv", "en")),
        Sample("Industriföretaget Mönster", Sector.BUSINESS, ("sv", "en")),
        Sample("Studieförbundet Exempel", Sector.CIVIL_SOCIETY, ("sv", "so", "ar")),
        Sample("Somaliska föreningen Exempel", Sector.COMMUNITY, ("so", "sv")),
        Sample("Eritreanska föreningen Mönster", Sector.COMMUNITY, ("ti", "sv")),
        Sample("Församlingen Exempel", Sector.FAITH, ("sv",)),
        Sample("Folkhögskolan Mönster", Sector.EDUCATION, ("sv", "en")),
        Sample("Lokaltidningen Exempel", Sector.MEDIA, ("sv",)),
        Sample("Idrottsklubben Mönster", Sector.CULTURE, ("sv",)),
        Sample("Hyresgästerna Exempel", Sector.RESIDENTS, ("sv", "ar")),
    ],
    "lublin": [
        Sample("Biuro Przykład: obsługa mieszkańców", Sector.CITY, ("pl", "uk")),
        Sample("Urząd pracy Przykład", Sector.AUTHORITY, ("pl",)),
        Sample("Centrum usług wspólnych Wzór", Sector.BUSINESS, ("en", "pl")),
        Sample("Izba pracodawców Przykład", Sector.BUSINESS, ("pl",)),
        Sample("Fundacja Przykład dla nowych mieszkańców", Sector.CIVIL_SOCIETY, ("pl", "uk", "en")),
        Sample("Stowarzyszenie ukraińskie Wzór", Sector.COMMUNITY, ("uk", "pl")),
        Sample("Klub studentów z Afryki Przykład", Sector.COMMUNITY, ("en", "fr")),
        Sample("Duszpasterstwo akademickie Wzór", Sector.FAITH, ("pl", "en")),
        Sample("Uniwersytet Przykładowy: biuro studentów zagranicznych", Sector.EDUCATION, ("pl", "en", "uk")),
        Sample("Uczelnia medyczna Wzór", Sector.EDUCATION, ("en", "pl")),
        Sample("Radio akademickie Przykład", Sector.MEDIA, ("pl", "en")),
        Sample("Dom kultury Wzór", Sector.CULTURE, ("pl",)),
        Sample("Rada dzielnicy Przykład", Sector.RESIDENTS, ("pl",)),
        Sample("Koło wolontariuszy Wzór", Sector.OTHER, ("pl", "uk")),
    ],
    "ravenna": [
        Sample("Ufficio Esempio: politiche migratorie", Sector.CITY, ("it", "fr", "sq")),
        Sample("Azienda sanitaria Modello", Sector.AUTHORITY, ("it",)),
        Sample("Cooperativa di lavoro Esempio", Sector.BUSINESS, ("it", "ro")),
        Sample("Associazione Famiglie Esempio", Sector.CIVIL_SOCIETY, ("it", "fr")),
        Sample("Associazione senegalese Modello", Sector.COMMUNITY, ("fr", "it")),
        Sample("Associazione albanese Esempio", Sector.COMMUNITY, ("sq", "it")),
        Sample("Comunità ortodossa Modello", Sector.FAITH, ("ro", "it")),
        Sample("Scuola media Esempio", Sector.EDUCATION, ("it", "en")),
        Sample("Redazione Modello", Sector.MEDIA, ("it",)),
        Sample("Teatro di quartiere Esempio", Sector.CULTURE, ("it",)),
        Sample("Comitato di quartiere Modello", Sector.RESIDENTS, ("it",)),
    ],
    "riga": [
        Sample("Parauga departaments: izglītība", Sector.CITY, ("lv", "ru")),
        Sample("Nodarbinātības centrs Piemērs", Sector.AUTHORITY, ("lv",)),
        Sample("Uzņēmēju klubs Paraugs", Sector.BUSINESS, ("lv", "en")),
        Sample("Biedrība Piemērs jauniebraucējiem", Sector.CIVIL_SOCIETY, ("lv", "ru", "en")),
        Sample("Ukraiņu biedrība Paraugs", Sector.COMMUNITY, ("uk", "lv")),
        Sample("Indijas studentu klubs Piemērs", Sector.COMMUNITY, ("en", "hi")),
        Sample("Draudze Paraugs", Sector.FAITH, ("lv",)),
        Sample("Vidusskola Piemērs", Sector.EDUCATION, ("lv", "ru")),
        Sample("Portāls Paraugs", Sector.MEDIA, ("lv", "ru")),
        Sample("Kultūras nams Piemērs", Sector.CULTURE, ("lv",)),
        Sample("Apkaimes biedrība Paraugs", Sector.RESIDENTS, ("lv", "ru")),
    ],
}
