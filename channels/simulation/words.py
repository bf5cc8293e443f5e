"""What made-up people write: complaints by theme, answers, letters. Invented from end to end; nobody ever wrote them.

`{place}` is a hamlet, `{day}` a day, `{n}` a small number. None speaks of danger but those of `DANGER`; tests say so.
"""

import random
from collections.abc import Mapping

from translations.folding import fold

DAYS = (
    "el lunes",
    "el martes",
    "el miercoles",
    "el jueves",
    "el viernes",
    "el sabado",
    "el domingo",
    "ayer",
    "hace una semana",
    "hace días",
)

COMPLAINTS: Mapping[str, tuple[str, ...]] = {
    "water": (
        "El agua sale turbia desde {day} en {place}. No se puede tomar ni lavar.",
        "Buenas tardes, en {place} el agua del caño viene con barro desde {day}. Somos {n} familias.",
        "La acequia de {place} está seca, la empresa cerró la compuerta y no hay agua para regar",
        "el puquio de {place} se esta secando desde que perforaron arriba. antes nunca pasaba",
        "Desde {day} el río en {place} está de color plomo y tiene mal olor. Los animales no quieren tomar.",
        "señores el canal de riego de {place} esta tapado con tierra de la obra, ya van {n} semanas sin regar",
        "Hay una mancha como aceite en el agua de la quebrada de {place}. La vimos {day} en la tarde.",
        "no llega agua al reservorio de {place}, dicen que es por el trabajo de la mina. tenemos {n} chacras secas",
        "Pusieron un tubo nuevo arriba de {place} y ahora al pozo de la escuela casi no le llega agua",
        "El agua de {place} deja una costra blanca en las ollas. Pedimos que midan la calidad y nos digan el resultado.",
        "En {place} prometieron cisterna dos veces por semana y este mes vino una sola vez. Necesitamos agua.",
        "Mis truchas de la poza en {place} no crecen y el agua huele a fierro desde {day}",
    ),
    "dust": (
        "Hay mucho polvo en {place} por los volquetes, no riegan la carretera hace {n} días",
        "El polvo entra a la cocina y a la posta de {place}. Pedimos que rieguen mañana y tarde.",
        "desde {day} en {place} todo esta blanco de polvo, la ropa, la comida, los pastos",
        "La bulla de la planta no deja dormir en {place}. Empieza a las {n} de la mañana.",
        "En {place} la casa vibra cada vez que hacen voladura al mediodía. Ya hay rajaduras en la pared de la cocina.",
        "Señores, las voladuras en {place} son más fuertes que antes. {day} se rajó el techo del salón comunal.",
        "mucho ruido de maquinas en la noche en {place}, mis abuelos no descansan",
        "Llega humo y mal olor a {place} cuando queman llantas en el campamento, sobre todo {day}",
        "La faja echa polvo sobre la papa en {place}. ¿Pueden poner una tapa?",
        "El polvo de la cantera está sobre el colegio de {place}. Los alumnos tosen mucho.",
        "no avisan a que hora es la voladura en {place}, los animales se asustan y se van al cerro",
    ),
    "roads": (
        "Los camiones pasan muy rápido por {place}, a más de {n}0 por hora al lado de la escuela",
        "El puente de {place} está roto por los volquetes y la combi ya no pasa desde {day}",
        "la trocha de {place} quedo con huecos, mi moto se malogro. pido que la arreglen",
        "Cerraron el camino de herradura en {place} y ahora demoramos {n} horas más para llegar a la feria.",
        "Una camioneta de la contratista atropelló dos ovejas en {place} {day} y no paró.",
        "volquetes sin toldo botan piedras chicas en la via de {place}, rompieron el parabrisa de mi carro",
        "En {place} hay camiones parados toda la noche con el motor prendido, tapan la entrada de las casas",
        "No hay señales en la curva de {place}. Desde {day} ya van {n} choques.",
        "La tranquera de {place} está con candado. Nosotros siempre pasamos por ahí con el ganado.",
        "prometieron asfaltar la carretera hasta {place} en marzo y no hay nada",
    ),
    "land": (
        "El cerco de la empresa está dentro de mi terreno en {place}, unos {n} metros. Tengo los papeles.",
        "Tiraron tierra de la obra sobre mi chacra en {place} y perdí la siembra de papa",
        "Pagaron la compensación por pastos a unos y a otros no en {place}. Queremos ver la lista.",
        "el topografo entro a mi parcela en {place} sin permiso {day} y puso estacas",
        "Las alpacas ya no tienen pasto en {place} porque cerraron la ladera. ¿Dónde vamos a pastear?",
        "En {place} movieron las piedras del lindero. Pedimos que midan con la comunidad presente.",
        "Quedaron en devolver el terreno de la perforación en {place} y sigue con huecos y basura desde {day}",
        "mi casa en {place} tiene grietas desde que abrieron el tajo nuevo, son {n} rajaduras grandes",
        "Pasaron con máquina por el cementerio antiguo de {place}. Es un lugar sagrado para nosotros.",
        "El convenio decía {n} hectáreas para pastos y nos dieron menos en {place}",
    ),
    "work": (
        "La contratista no paga el sueldo de {n} compañeros de {place} desde hace dos meses",
        "En {place} prometieron trabajo para los comuneros y traen gente de la ciudad. Somos {n} anotados.",
        "me deben {n} jornales de la obra de {place}, el capataz dice que ya van a pagar y nada",
        "Doy pensión a los trabajadores en {place} y la contratista me debe tres facturas",
        "No dan guantes ni lentes a los obreros de {place} que trabajan con la máquina",
        "El turno es de 14 horas en el campamento de {place} y no pagan horas extras",
        "las mujeres de {place} nunca entramos en la lista de contrato. queremos saber como se elige",
        "La empresa contratista se fue de {place} sin pagar la planilla ni el alquiler de mi cuarto",
        "Alquilé mi volquete para la obra de {place} y no me pagan desde {day}",
    ),
    "other": (
        "Nadie nos informa qué van a hacer en el cerro de {place}. Pedimos una reunión con traductor.",
        "En {place} prometieron arreglar la posta y pasaron {n} meses",
        "el ingeniero nos trato mal en la oficina de {place}, nos hizo esperar {n} horas y no nos recibio",
        "Botan basura del campamento en la quebrada de {place} y los perros la riegan por todas partes",
        "La luz de {place} se va cuando prenden la planta. Se malogró mi refrigeradora.",
        "No cumplieron la promesa de la beca para {n} jóvenes de {place}",
        "Quisiera saber cuándo es la consulta con {place}, {day} dijeron una fecha y no vino nadie",
        "El letrero de la obra en {place} no dice hasta cuándo es ni quién responde",
    ),
}
ENGLISH = (
    "The water in {place} has been brown since Monday and it smells of metal",
    "Trucks drive too fast past the school in {place}, we asked twice and nothing changed",
    "Dust from the road covers everything in {place}. Please water the road twice a day.",
    "The contractor has not paid {n} of us in {place} for the work in the camp",
    "The fence in {place} stands on my land by {n} metres, I have the papers",
)
BURSTS: Mapping[str, tuple[str, ...]] = {
    "water": (
        "En {place} el agua de la quebrada vino con espesa capa de grasa {day}. ¿Qué pasó?",
        "desde {day} el agua en {place} huele a petroleo, no la usamos ni para lavar",
        "Somos de {place}. Hay una mancha oscura en el río y nadie de la mina dice nada.",
        "el rio de {place} esta con aceite, mandamos foto al dirigente. pedimos agua en cisterna ya",
        "No tenemos agua limpia en {place} desde {day}. Hay {n} familias y animales sin agua.",
        "en {place} el agua del canal salio negra {day}, cerramos la compuerta por si acaso",
    ),
    "dust": (
        "Esta semana el polvo en {place} es insoportable, no se ve ni el camino",
        "no paso la cisterna por {place} en toda la semana, puro polvo",
        "El viento trae el polvo de la cantera vieja hasta {place} todo el día",
        "en {place} cerramos la escuela {day} por tanto polvo",
        "polvo polvo y polvo en {place} desde {day}, los viejitos tosen",
        "Ya son {n} días de polvo en {place}. Rieguen la carretera por favor.",
    ),
}
DANGER = (
    "Un vigilante golpeó a mi hermano en {place} cuando reclamó por el agua. Tengo miedo de hablar.",
    "me amenazaron por la queja que puse en {place}, saben donde vivo",
    "El capataz de la obra de {place} me toca y me dice cosas. No quiero perder el trabajo.",
    "Hay derrame arriba de {place}, bajan peces muertos por la quebrada",
    "Nos quitaron los documentos y no nos dejan salir del campamento de {place}",
    "Me siguen en una camioneta desde que hablé en la asamblea de {place}",
    "Hay niños trabajando en la cantera de {place} por las tardes",
)
CONTACTS = (
    " Mi número es {phone}.",
    " Llámenme al {phone} por favor",
    " Soy socio de la comunidad, DNI {dni}.",
    " Me pueden escribir a vecino{n}0@correo.example",
    " El volquete era de placa V2X-{n}41",
)
STARTS = (
    "",
    "",
    "",
    "",
    "Buenos días. ",
    "Señores, ",
    "Buenas, ",
    "Quiero reclamar: ",
    "hola quiero poner una queja. ",
)
SECOND = (
    "Otra cosa: en {place} tampoco hay respuesta sobre el tema de la posta y la luz",
    "También hay problema con la carretera de {place}, los huecos son cada vez peores",
    "y ahora el camino de {place} esta cerrado con piedras de la obra",
)
ADDED = (
    "Pasa sobre todo en las mañanas, antes de las 8.",
    "Mi vecina también lo vio, puede dar su palabra.",
    "Son tres casas más con lo mismo.",
    "Tenemos fotos, las podemos mostrar en la casa comunal.",
)
WANT_TO_BE_HEARD = (
    "quiero que vengan a ver, con mi hermano y el presidente de la comunidad",
    "por mensaje esta bien, no puedo bajar a la oficina",
    "El sábado en la casa comunal, por la tarde.",
    "prefiero en la radio comunal con el promotor",
)
WHY_NOT = (
    "no estoy conforme, eso ya lo prometieron el año pasado",
    "falta decir quien va a pagar lo que se perdió",
    "es muy tarde la fecha, en esos meses ya no hay siembra",
    "queremos que lo mida alguien de afuera, no la misma empresa",
)
ANSWER_TO_QUESTION = (
    "es al costado de la escuela, pasando el canal",
    "empezo a las 5 de la mañana y duró dos horas",
    "Son cuatro casas y un corral",
)
TOO_SHORT = ("tengo problema", "una queja", "ayuda porfa", "necesito reclamar")
STATUS = ("ESTADO", "estado", "como va mi caso", "Mi caso")

SUMMARIES: Mapping[str, str] = {
    "water": "Agua turbia o escasa en {place}; pide que se mida y que se reparta agua.",
    "dust": "Polvo, ruido o voladuras en {place}; pide riego y aviso de horarios.",
    "roads": "Tránsito o camino dañado en {place}; pide control y arreglo.",
    "land": "Terreno, pastos o casa afectados en {place}; pide medición y compensación.",
    "work": "Pagos o contratación en {place}; pide que se cumpla lo ofrecido.",
    "other": "Falta de información o promesa no cumplida en {place}.",
}
FINDINGS: Mapping[str, tuple[str, ...]] = {
    "water": (
        "Fuimos a {place} y tomamos muestras con ustedes. El agua se enturbia por la obra del canal.",
        "Revisamos la toma de {place}: la compuerta quedó mal cerrada y baja menos agua.",
    ),
    "dust": (
        "Medimos el polvo en {place} durante tres días. Hubo más del que se ofreció, porque faltó riego.",
        "Revisamos los horarios de voladura y el ruido en {place}: se pasó de lo acordado.",
    ),
    "roads": (
        "Vimos los registros de velocidad en {place}: varios camiones pasaron el límite.",
        "Fuimos a ver el camino en {place}. El daño es de los volquetes de la contratista.",
    ),
    "land": (
        "Medimos en {place} con la comunidad y su plano. El cerco está corrido.",
        "Vimos la chacra y el corral en {place}. La tierra vino de nuestra obra.",
    ),
    "work": (
        "Revisamos las planillas de la contratista en {place}. Faltan pagos de dos meses.",
        "Comparamos la lista de {place} con los contratos. No se cumplió el turno acordado.",
    ),
    "other": (
        "Hablamos con el área y con las autoridades de {place}. No se informó a tiempo.",
        "Revisamos el acta de {place}. Lo ofrecido sigue pendiente.",
    ),
}
REMEDIES: Mapping[str, tuple[str, ...]] = {
    "water": (
        "Limpiar el canal y poner un filtro",
        "Cisterna dos veces por semana",
        "Medir el agua cada mes y publicarlo",
    ),
    "dust": ("Regar la vía mañana y tarde", "Avisar las voladuras un día antes", "Tapar la faja"),
    "roads": (
        "Rompemuelles y señales junto a la escuela",
        "Arreglar la vía y el puente",
        "Pagar el daño al dueño",
    ),
    "land": ("Correr el cerco a su sitio", "Pagar la siembra perdida", "Retirar la tierra y nivelar"),
    "work": ("Pagar lo que se debe", "Publicar la lista de contratación", "Dar equipo de seguridad"),
    "other": (
        "Reunión con traductor en la casa comunal",
        "Cumplir lo ofrecido en el acta",
        "Retirar la basura",
    ),
}
EXPLANATIONS = (
    "Revisamos lo que pasó en {place}. La obra no es de la mina sino del distrito. El contacto está en la casa comunal.",
    "Medimos en {place} tres veces y está dentro de lo acordado. Le explicamos los resultados cuando quiera.",
)
OF_A_REQUEST = "Pide saber: {question}"
WAIVER = "Le damos lo que pide si renuncia a cualquier reclamo y guarda silencio sobre este caso."
QUESTIONS = ("¿En qué parte exacta es y a qué hora pasa?", "¿Cuántas casas o animales son, más o menos?")
DELAY = "Falta el resultado del laboratorio. Apenas llegue le respondemos."
UPDATES = (
    "Ya fuimos a ver el lugar. Estamos revisando los registros.",
    "Ya pedimos los datos a la contratista y los esperamos esta semana.",
)
SEEN = (
    "Hoy fuimos al lugar y hablamos con quienes estaban. Lo que vimos va en la respuesta.",
    "Estuvimos hoy en el lugar con una persona de la comunidad. Si vio otra cosa, díganoslo.",
)
NOT_SEEN = (
    "Esto no se ve en un lugar: está en los registros de la oficina, y por eso no vamos. Si quiere que vayamos, díganoslo.",
)
"""What people are told of a visit, or of why there is none; no word of the matter, since others may read the phone."""
LETTERS = (
    "Cerramos con su palabra: lo acordado está hecho.",
    "Gracias por avisar. Lo acordado se cumplió y lo revisamos con usted.",
)
LETTER_OF_EXPLANATION = "Cerramos con su palabra: le explicamos lo encontrado y usted lo aceptó."
LESSONS = (
    "Revisar la obra cada semana, no cada mes.",
    "Avisar antes y en la radio.",
    "Pedir a la contratista prueba de pago antes de pagarle.",
)
CALLED: Mapping[str, str] = {"julio": "ingeniero Ticllacuri", "edwin": "ingeniero Chuquichambi"}
"""What people call two of the officers: a complaint that says so is none of theirs."""
DECISIONS = ("Oímos a las dos partes. La empresa debe reparar.", "La prueba da la razón a quien reclama.")
CONFIRMED = "Oímos a las dos partes y vimos las mediciones. La respuesta de la empresa está bien sustentada."
NOT_FOR_US = "El asunto es de la municipalidad y no de las minas. Ya sabe usted a qué oficina ir."
WHAT_THEY_GET = (
    "les contaríamos lo que pasó y en qué lugar, sin su nombre ni su número. Usted decide si lo reciben."
)
"""What a body would get to which a case is passed on."""
ARE_YOU_THERE = (
    "Queremos saber si recibió nuestra respuesta y qué le parece. Puede contestar por aquí o en la oficina."
)


def complaint(
    rng: random.Random,
    theme: str,
    place: str,
    *,
    burst: bool = False,
    danger: bool = False,
    language: str = "es",
) -> str:
    """Write one complaint as a person with a phone would."""
    if danger:
        return _fill(rng, rng.choice(DANGER), place)
    if language == "en":
        return _fill(rng, rng.choice(ENGLISH), place)
    text = rng.choice(BURSTS[theme] if burst else COMPLAINTS[theme])
    text = rng.choice(STARTS) + text
    if rng.random() < 0.07:  # noqa: PLR2004  few people leave a number; enough to see it covered
        text += rng.choice(CONTACTS)
    return typed(rng, _fill(rng, text, place))


def typed(rng: random.Random, text: str) -> str:
    """Type as on a small phone: half of all people write without capitals, accents or full stops."""
    if rng.random() < 0.5:  # noqa: PLR2004
        return text
    return "".join(fold(sign) if sign in "áéíóúÁÉÍÓÚ" else sign for sign in text).rstrip(".")


def _fill(rng: random.Random, text: str, place: str) -> str:
    return text.format(
        place=place, day=rng.choice(DAYS), n=rng.randint(3, 9), phone=f"90000{rng.randint(1000, 9999)}",
        dni=f"0000{rng.randint(1000, 9999)}",
    )  # fmt: skip
