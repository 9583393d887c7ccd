"""Common words of languages that customers write, the kind a short message is made of; data of `language`.

Function words first, then what people write to a shop. Written as people write them; folded forms are added on loading.
"""

from __future__ import annotations

WORDS = {
    "tr": """
        ve bir bu şu o da de mi mı mu mü ne var yok için ile ama çok daha en gibi kadar sonra önce değil ben sen biz
        siz bana beni benim sana seni senin onu onun bize sizin sizi size bizim kim nasıl neden niye nerede nerde
        nereye nereden hangi kaç zaman şimdi bugün yarın dün hâlâ hala hep hiç her şey bir şey evet hayır tamam lütfen
        teşekkür teşekkürler ederim merhaba selam günaydın iyi günler akşamlar geceler gün hafta ay yıl saat istiyorum
        istemiyorum olur olmaz oldu olacak olsun geldi gelmedi gelir gelecek gitti aldım almak almadım verdim verdiniz
        yapın yaptım yapabilir edebilir misiniz mısınız musunuz mıyım miyim lazım gerek acaba ya yani artık henüz
        sadece bile eğer çünkü hem belki aynı başka büyük küçük güzel kötü para kargo sipariş siparişim ürün iade
        adres fiyat
    """,
    "en": """
        u r ur wld
        the a an and or but not is are was were be been am i you he she it we they my your his her our their me him us
        them this that these those what which who when where why how can could will would should do does did have has
        had get got to of in on at for with from by about into up out if so as than then there here just still now
        today tomorrow yesterday never always very more much many some any no yes please thanks thank hello hi hey
        good morning evening day want need like know think see tell make take come go help back again someone anyone
        don't can't isn't didn't doesn't won't i'm i've it's order parcel package delivery return refund money price
    """,
    "de": """
        der die das den dem des ein eine einen einem und oder aber nicht ist sind war waren sein bin bist ich du er
        sie es wir ihr mein meine meinen meiner dein ihre ihren mir mich dir dich uns euch was wer wie wo wann warum
        welche kann können könnte will möchte muss soll habe haben hat hatte wird werden wurde auf aus bei mit nach
        von vor zu zum zur für über unter auch noch schon nur sehr mehr kein keine heute morgen gestern jetzt immer
        nie bitte danke hallo guten tag abend ja nein wenn dass weil bestellung bestellt paket lieferung geliefert
        rücksendung geld rechnung wieso zurück angekommen
    """,
    "fr": """
        le la les un une des du de et ou mais ne pas est sont était être suis es je tu il elle nous vous ils mon ma
        mes ton votre vos notre leur moi toi lui ce cette ces que qui quoi quel quelle quand où pourquoi comment
        combien peux peut pouvez veux voudrais dois ai as avez ont avait fait sur dans avec sans pour par chez aussi
        encore déjà très plus jamais toujours aujourd'hui demain hier maintenant s'il plaît merci bonjour bonsoir
        salut oui non si parce commande colis livraison retour remboursement argent facture reçu j'ai c'est n'est
        qu'est
    """,
    "es": """
        el la los las un una unos y o pero no es son era ser soy eres está están estoy yo tú él ella nosotros ustedes
        mi mis tu tus su sus me te se nos lo le que quien qué quién cuál cuándo dónde por qué cómo cuánto puedo puede
        quiero quisiera necesito tengo tiene hay ha he han hacer en con sin para por desde hasta también todavía ya
        muy más menos nunca siempre hoy mañana ayer ahora favor gracias hola buenos buenas días tardes noches sí si
        porque pedido paquete envío entrega devolución dinero factura del al
    """,
    "it": """
        il lo la i gli le un uno una e o ma non è sono era essere sei io tu lui lei noi voi loro mio mia miei tuo suo
        mi ti ci vi si che chi cosa quale quando dove perché come quanto posso può vorrei voglio devo ho hai ha
        abbiamo avete hanno fare di da in con su per tra anche ancora già molto più mai sempre oggi domani ieri adesso
        favore grazie ciao buongiorno buonasera salve sì se del della dei alla nel ordine pacco spedizione consegna
        reso rimborso soldi fattura arrivato
    """,
    "nl": """
        de het een en of maar niet is zijn was waren ben bent ik jij je hij zij ze wij we jullie mijn jouw uw ons onze
        mij me hem haar wat wie waar wanneer waarom hoe welke kan kunnen wil willen moet moeten heb hebt heeft hebben
        had word wordt worden op uit bij met naar van voor te tot over ook nog al alleen heel meer geen vandaag morgen
        gisteren nu altijd nooit alstublieft graag bedankt dank hallo goedemorgen goedendag ja nee als dat omdat dit
        bestelling pakket levering bezorgd retour geld factuur terug
    """,
    "pt": """
        o a os as um uma uns e ou mas não é são era ser sou está estão estou eu tu você ele ela nós vocês meu minha
        meus teu seu sua me te se nos lhe que quem qual quando onde porque por como quanto posso pode quero queria
        preciso tenho tem há foi fazer em no na nos com sem para desde até também ainda já muito mais menos nunca
        sempre hoje amanhã ontem agora favor obrigado obrigada olá oi bom boa dia tarde noite sim do da dos pedido
        encomenda entrega devolução dinheiro fatura
    """,
    "pl": """
        i w na z do nie to jest są był była być jestem ja ty on ona my wy oni mój moja moje twój pan pani mnie mi ci
        go jej nam was co kto kiedy gdzie dlaczego jak jaki ile czy mogę może chcę chciałbym muszę mam masz ma mają od
        po za dla przez bez ale lub albo też jeszcze już bardzo więcej nigdy zawsze dziś dzisiaj jutro wczoraj teraz
        proszę dziękuję dzięki cześć dobry dzień wieczór tak bo że zamówienie paczka przesyłka dostawa zwrot pieniądze
        faktura
    """,
    "ro": """
        și sau dar nu este sunt era fi eu tu el ea noi voi ei meu mea mei tău vostru mă îmi vă vi se ce cine care când
        unde cum cât pot poate vreau doresc trebuie am ai are avem au făcut în pe cu fără pentru la din de până și
        încă deja foarte mai mult niciodată mereu azi mâine ieri acum rog mulțumesc mersi bună ziua salut da că pentru
        comanda comandă colet livrare retur bani factură
    """,
    "sv": """
        och eller men inte är var vara jag du han hon vi ni de min mitt mina din er mig dig oss vad vem vilken när var
        varför hur kan kunde vill skulle måste har hade blir på av med från till för om också redan bara mycket mer
        ingen idag imorgon igår nu alltid aldrig tack hej god morgon ja nej att som ett en beställning paket leverans
        retur pengar faktura
    """,
    "da": """
        og eller men ikke er var være jeg du han hun vi i de min mit mine din jer mig dig os hvad hvem hvilken hvornår
        hvor hvorfor hvordan kan kunne vil skal må har havde bliver på af med fra til for om også allerede kun meget
        mere ingen idag morgen går nu altid aldrig tak hej god ja nej at som et en bestilling pakke levering retur
        penge faktura
    """,
    "hu": """
        a az egy és vagy de nem van vannak volt lenni vagyok én te ő mi ti ők enyém mit ki hol mikor miért hogyan
        melyik mennyi lehet tud szeretnék akarok kell kellene már még csak nagyon több soha mindig ma holnap tegnap
        most kérem köszönöm szia jó napot reggelt estét igen hogy mert rendelés rendelésem csomag szállítás
        visszaküldés pénz számla
    """,
    "az": """
        və bir bu o da də mi nə var yox üçün ilə amma çox daha ən kimi qədər sonra deyil mən sən biz siz mənə məni
        mənim sənin onun bizim sizin kim necə niyə harada hara hansı neçə vaxt indi bu gün sabah dünən hələ heç hər
        bəli xeyr zəhmət olmasa təşəkkür edirəm salam istəyirəm istəmirəm oldu gəldi gəlmədi sifariş sifarişim bağlama
        çatdırılma qaytarmaq pul
    """,
    "sq": """
        dhe ose por nuk është janë ishte jam unë ti ai ajo ne ju ata im ime tim yt juaj më të na çfarë kush kur ku pse
        si cili sa mund dua duhet kam keni ka në me pa për nga deri edhe ende tani shumë më kurrë gjithmonë sot nesër
        dje ju lutem faleminderit përshëndetje mirëdita po jo që porosia porosi pako dërgesa kthim para faturë
    """,
    "hr": """
        i ili ali ne je su bio bila biti sam ja ti on ona mi vi oni moj moja moje tvoj vaš mene meni mu joj nam vam
        što tko kada gdje zašto kako koji koliko mogu može hoću želim moram imam imate ima od po za bez s sa na u iz
        do također još već samo vrlo više nikad uvijek danas sutra jučer sada molim hvala bok dobar dan da jer
        narudžba paket dostava povrat novac račun
    """,
    "cs": """
        a nebo ale ne je jsou byl byla být jsem já ty on ona my vy oni můj moje tvůj váš mě mi mu jí nám co kdo kdy
        kde proč jak který kolik můžu může chci chtěl musím mám máte má od po za pro bez s na v z do také ještě už jen
        velmi více nikdy vždy dnes zítra včera teď prosím děkuji díky ahoj dobrý den ano protože že objednávka balík
        zásilka dodání vrácení peníze faktura
    """,
    "id": """
        dan atau tapi tidak bukan adalah ini itu saya aku kamu anda dia kami kita mereka apa siapa kapan dimana di
        mana kenapa mengapa bagaimana berapa yang bisa dapat mau ingin harus sudah belum akan sedang ada dengan tanpa
        untuk dari ke pada juga masih lagi hanya sangat lebih hari besok kemarin sekarang tolong terima kasih halo
        selamat pagi siang malam ya pesanan paket pengiriman pengembalian uang barang
    """,
}
